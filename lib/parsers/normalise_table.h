/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The table behind normalise.h, and what a row may ask for.
 */
#pragma once

#include "parsers/normalise.h"

/** How a value is spelled anew. */
enum paw_as {
    PAW_AS_IT_IS,
    PAW_AS_PID,       /* hexadecimal or decimal: decimal                         */
    PAW_AS_HEX,       /* 0x00000000000003e7: 0x3e7                               */
    PAW_AS_INTEGRITY, /* S-1-16-8192: Medium                                     */
    PAW_AS_DIRECTION, /* %%14593: true                                           */
    PAW_AS_PROTOCOL,  /* 6: tcp                                                  */
    PAW_AS_OPERATION, /* 4657, %%1904: SetValue                                  */
    PAW_AS_VALUE_TYPE /* 4657, %%1873: REG_SZ                                    */
};

/** One field and the names it has in records; the names stand between bars. */
struct paw_mapping {
    enum paw_field_id id;
    enum paw_as as;
    const char *names; /* "A|B" */
};

struct paw_making;

/** Does what names alone cannot say; runs before the mappings, so what it adds stands first. */
typedef void paw_special(struct paw_making *m);

struct paw_row {
    const char *provider;
    const char *channel; /* glob */
    uint16_t first, last;
    enum paw_kind kind;
    const struct paw_mapping *PAW_NULLABLE map; /* ends with names NULL */
    paw_special *PAW_NULLABLE special;
    bool (*PAW_NULLABLE applies)(const struct paw_record *r); /* beyond provider, channel and id */
};

extern const struct paw_row paw_rows[];
extern const size_t paw_n_rows;

enum { PAW_ACTIONS_MAX = 32 }; /* Windows allows a task 32 actions */

struct paw_action {
    paw_str command, directory, clsid;
};

/** One record on its way to facts. */
struct paw_making {
    struct paw_fact_builder *builder;
    struct paw_arena *arena;
    const struct paw_record *record;
    struct paw_known_name *known; /* PAW_NAMES_KNOWN of them */
    const struct paw_recipe *PAW_NULLABLE recipe;
    bool is_sysmon;
    bool is_used[PAW_RECORD_DATA_MAX]; /* data that need not be told again under their own names */
    struct paw_action actions[PAW_ACTIONS_MAX];
    size_t n_actions;
};

/* normalise.c, for the specials */

/** The text if it is a value, else absent (detections.md 0.4, trap 10). */
paw_str paw_value_of(paw_str text);
/** The value of a named datum, percent signs folded; marks it used. */
paw_str paw_take_named(struct paw_making *m, const char *name);
/** The same of the unnamed one at that place. */
paw_str paw_take_unnamed(struct paw_making *m, size_t at);
/** DOMAIN\name of two data; absent if there is no name. Marks both used. */
paw_str paw_take_account(struct paw_making *m, const char *domain, const char *name);
void paw_put(struct paw_making *m, enum paw_field_id id, paw_str text);
void paw_put_number(struct paw_making *m, enum paw_field_id id, uint64_t number);

/* normalise_text.c: records whose values are texts with a grammar of their own */

paw_special paw_special_engine_state; /* PowerShell 400, 403, 600 */
paw_special paw_special_pipeline;     /* PowerShell 800           */
paw_special paw_special_module_log;   /* PowerShell 4103          */
paw_special paw_special_task;         /* 4698, 4702               */
paw_special paw_special_binding;      /* WMI-Activity 5861        */
paw_special paw_special_consumer;     /* Sysmon 19 to 21          */
