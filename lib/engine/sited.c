/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A behaviour that holds is asked a second time with what the site file knows. Where the answer is
 * a milder one, or none, the finding stays and is lowered, and says by which entry.
 */
#include "engine/exam.h"

#include "core/str.h"
#include "windows/site.h"

static const struct paw_site *site_of(const struct paw_exam *e)
{
    return e->is_sited ? paw_world_machine(e->world)->site : NULL;
}

/* The first entry that changed an answer is the one that is told. */
static void note(struct paw_exam *e, const struct paw_site_entry *by)
{
    if (by != NULL && e->site_why == NULL)
        e->site_why = by->why;
}

uint64_t paw_exam_class(struct paw_exam *e, const struct paw_path *path)
{
    const struct paw_site *s = site_of(e);
    const struct paw_site_entry *by = NULL;
    if (s == NULL || path->norm.n == 0)
        return path->class;
    const uint64_t class = paw_site_class(s, paw_world_machine(e->world), path, &by);
    note(e, by);
    return class;
}

uint64_t paw_exam_host_class(struct paw_exam *e, paw_str host, uint64_t class)
{
    const struct paw_site *s = site_of(e);
    const struct paw_site_entry *by =
        s == NULL || (class & PAW_PUBLIC) == 0 ? NULL : paw_site_host(s, host);
    note(e, by);
    return by == NULL ? class : PAW_LOCAL;
}

uint64_t paw_exam_sets(struct paw_exam *e, const struct paw_execution *x)
{
    const struct paw_site *s = site_of(e);
    const struct paw_site_entry *by =
        s == NULL || x == e->judged ? NULL : paw_site_parent(s, x->image, x->name);
    note(e, by);
    return by == NULL ? x->sets : PAW_SET_INSTALLERPARENT;
}

bool paw_exam_trusts_signer(struct paw_exam *e, const struct paw_fact *module)
{
    const struct paw_site *s = site_of(e);
    if (s == NULL || !paw_str_same_name(paw_fact_text(module, PAW_F_SIGNED), PAW_LIT("true")) ||
        !paw_str_same_name(paw_fact_text(module, PAW_F_SIGNATURE_STATUS), PAW_LIT("valid")))
        return false;
    const struct paw_site_entry *by = paw_site_signer(s, paw_fact_text(module, PAW_F_SIGNATURE));
    note(e, by);
    return by != NULL;
}

/* A program that deploys software starts proxies by their lines; what they then do is theirs. */
static void lower_by_parent(struct paw_exam *e, struct paw_verdict_item *item)
{
    const struct paw_execution *parent = e->judged->parent;
    const struct paw_site_entry *by = NULL;
    if (parent != NULL && item->behaviour->family == PAW_COMMAND && item->severity > PAW_LOW)
        by = paw_site_parent(paw_world_machine(e->world)->site, parent->image, parent->name);
    if (by == NULL)
        return;
    item->severity = (enum paw_severity)(item->severity - 1);
    item->adjusted = by->why;
}

void paw_exam_site(struct paw_exam *e, struct paw_verdict_item *item)
{
    struct paw_verdict_item again;
    if (paw_world_machine(e->world)->site == NULL || item->severity <= PAW_LOW)
        return;
    e->is_sited = true;
    e->site_why = NULL;
    const enum paw_truth said = paw_exam_behaviour(e, item->behaviour, &again);
    e->is_sited = false;
    const char *why = e->site_why;
    const enum paw_severity now = said == PAW_NO    ? PAW_LOW
                                  : said == PAW_YES ? again.severity
                                                    : item->severity;
    if (why != NULL && now < item->severity) {
        item->severity = now;
        item->adjusted = why;
    } else {
        lower_by_parent(e, item);
    }
}
