/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What an organisation knows of its own network and machines (docs/site.md). It changes what class
 * a path, a host or a program is of in the second asking of a behaviour that holds; it hides
 * nothing.
 */
#pragma once

#include <catspaw/command.h>

#include "core/arena.h"

enum paw_site_kind {
    PAW_SITE_DOMAINS,
    PAW_SITE_NETWORKS,
    PAW_SITE_PLACES,
    PAW_SITE_PARENTS,
    PAW_SITE_DRIVES,
    PAW_SITE_SYSTEM_ROOTS,
    PAW_SITE_SIGNERS,
    PAW_SITE_KINDS
};

enum { PAW_SITE_MOST = 4096 }; /* entries of a kind: they are walked one by one */

struct paw_site_entry {
    paw_str text;    /* as it is compared                                */
    const char *why; /* "site: …", for the finding that it lowers        */
    uint16_t net[8]; /* NETWORKS: an IPv4 address as the mapped one      */
    unsigned bits;
};

struct paw_site {
    struct paw_arena arena;
    struct paw_site_entry *items[PAW_SITE_KINDS];
    size_t n[PAW_SITE_KINDS];
};

/**
 * Adds one entry, which is copied.
 *
 * PAW_E_FORMAT  *fault says what is wrong with it
 * PAW_E_LIMIT   more than PAW_SITE_MOST
 * PAW_E_MEMORY
 */
PAW_MUST_CHECK enum paw_status paw_site_add(struct paw_site *s, enum paw_site_kind kind,
                                            paw_str text, const char **fault);

/** The entry that makes a host one of the organisation's own; NULL: none. */
const struct paw_site_entry *PAW_NULLABLE paw_site_host(const struct paw_site *s, paw_str host);
/** The same of a process that others are started by, by its path or base name. */
const struct paw_site_entry *PAW_NULLABLE paw_site_parent(const struct paw_site *s, paw_str image,
                                                          paw_str name);
/** The same of whoever signed a file. */
const struct paw_site_entry *PAW_NULLABLE paw_site_signer(const struct paw_site *s, paw_str signer);
/** The class of a path with what the site knows; *by is the entry that changed it, or NULL. */
uint64_t paw_site_class(const struct paw_site *s, const struct paw_machine *machine,
                        const struct paw_path *path, const struct paw_site_entry *PAW_NULLABLE *by);
