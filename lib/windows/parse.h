/* SPDX-License-Identifier: Apache-2.0 */
/** What the parts of the command parser share. Private to lib/windows. */
#pragma once

#include "windows/argv.h"
#include "windows/command.h"
#include "windows/path.h"
#include "windows/text.h"

/** A parse in progress. */
struct paw_parse {
    paw_str line;
    const struct paw_grammar *grammar;
    const struct paw_line_context *context;
    struct paw_arena *arena;
    struct paw_command *ret;
    size_t tail_at, tail_end; /* ret->tail without the blanks around it */
    enum paw_quoting quoting;
    size_t target_switch; /* index of the first switch whose value is the target, or SIZE_MAX */
    bool is_out_of_memory;
};

static inline struct paw_span paw_span_of(size_t from, size_t end)
{
    return (struct paw_span){(uint32_t)from, (uint32_t)(end - from)};
}

static inline paw_str paw_at_span(paw_str line, struct paw_span span)
{
    return paw_str_sub(line, span.start, span.length);
}

/** Whether text is a view into line. */
static inline bool paw_is_view(paw_str line, paw_str text)
{
    const uintptr_t at = (uintptr_t)text.p, from = (uintptr_t)line.p;
    return text.p != NULL && line.p != NULL && at >= from && at - from <= line.n &&
           text.n <= line.n - (at - from);
}

/** Where text stands in line if it is a view into it, else fallback. */
static inline struct paw_span paw_span_of_view(paw_str line, paw_str text, struct paw_span fallback)
{
    if (!paw_is_view(line, text))
        return fallback;
    return (struct paw_span){(uint32_t)(text.p - line.p), (uint32_t)text.n};
}

/** Sets a line flag and remembers where it was first seen. */
void paw_mark(struct paw_parse *p, enum paw_line_flag flag, size_t from, size_t end);

/** Normalises text as a path of this line. */
void paw_parse_path(struct paw_parse *p, paw_str text, struct paw_span span, bool is_loaded,
                    struct paw_path *ret);

/* The steps, in the order they are taken. */
void paw_parse_argv0(struct paw_parse *p);    /* argv0.c */
void paw_parse_switches(struct paw_parse *p); /* switches.c */
void paw_parse_rundll32(struct paw_parse *p); /* rundll32.c */
/** The number of a handle that a starter passes on: 0x… and nothing else. */
bool paw_is_handle(paw_str text);
void paw_parse_target(struct paw_parse *p); /* target.c */
enum paw_object_kind paw_object_kind_of(const struct paw_path *target, enum paw_split split);
void paw_parse_line(struct paw_parse *p);     /* line.c */
void paw_parse_spelling(struct paw_parse *p); /* spelling.c */
void paw_parse_nested(struct paw_parse *p);   /* nested.c */
