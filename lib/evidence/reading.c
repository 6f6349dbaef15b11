/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a job: see reading.h. */
#include "evidence/reading.h"

#include <stdio.h>

static enum paw_status tell(const struct paw_job *job, enum paw_diag_code code,
                            const struct paw_error *err, const char *what)
{
    struct paw_diag d = {.code = code, .source = job->number, .offset = err->offset, .count = 1};
    const int n = snprintf(d.detail, sizeof(d.detail), "%s%s%s", what, err->sys == 0 ? "" : ": ",
                           err->sys == 0 ? "" : strerror(err->sys));
    if (n < 0)
        d.detail[0] = '\0';
    return job->sink->diag(job->sink->self, &d);
}

static enum paw_status open_companions(const struct paw_job *job, struct paw_source *source)
{
    enum paw_status status = PAW_OK;
    for (size_t i = 0; i < PAW_BESIDE && status >= 0; i++) {
        struct paw_source *companion = NULL;
        struct paw_error missing = {0};
        if (job->beside[i] == NULL)
            continue;
        if (paw_source_open(job->beside[i], &companion, &missing) == PAW_OK)
            paw_source_put_beside(source, i, companion);
        else
            status = tell(job, PAW_D_FILE_CHANGED, &missing, "its log cannot be opened any more");
    }
    return status;
}

enum paw_status paw_job_open(const struct paw_job *job, struct paw_source **ret,
                             struct paw_error *err)
{
    struct paw_source *source = NULL;
    enum paw_status status = paw_source_open(job->path, &source, err);
    if (status != PAW_OK) {
        const enum paw_status told =
            tell(job, PAW_D_FILE_CHANGED, err, "cannot be opened any more");
        return told < 0 ? told : status;
    }
    if (paw_source_size(source) != job->size)
        status = tell(job, PAW_D_FILE_CHANGED, &(struct paw_error){0},
                      "another size than in the inventory");
    if (status >= 0)
        status = open_companions(job, source);
    paw_source_share(source, job->shared);
    paw_source_set_workbench(source, job->workbench);
    paw_source_set_marks(source, job->marking, job->marked);
    if (status < 0)
        paw_source_close(source);
    else
        *ret = source;
    return status < 0 ? status : PAW_OK;
}

enum paw_status paw_job_read(const struct paw_job *job, struct paw_summary *summary,
                             struct paw_error *err)
{
    struct paw_source *source = NULL;
    enum paw_status status = paw_job_open(job, &source, err);
    if (status != PAW_OK) {
        summary->refused = 1;
        return status;
    }
    status =
        job->reader->extract(source, job->number, job->range, job->wanted, job->sink, summary, err);
    enum paw_status told = PAW_OK;
    if (status == PAW_E_IO)
        told = tell(job, PAW_D_FILE_UNREADABLE, err, err->what == NULL ? "reading" : err->what);
    if (told >= 0 && paw_source_has_changed(source))
        told = tell(job, PAW_D_FILE_CHANGED, &(struct paw_error){0}, "while it was read");
    paw_source_close(source);
    return told < 0 ? told : status;
}

void paw_summary_add(struct paw_summary *to, const struct paw_summary *s)
{
    to->kinds |= s->kinds;
    if (s->first != 0 && (to->first == 0 || s->first < to->first))
        to->first = s->first;
    if (s->last > to->last)
        to->last = s->last;
    to->read += s->read;
    to->recovered += s->recovered;
    to->damaged += s->damaged;
    to->parts += s->parts;
    to->sieved += s->sieved;
    to->dirty |= s->dirty;
    /* of a file that was read in part nobody says that nothing could be read */
    to->refused = (to->refused | s->refused) != 0 && to->read + to->recovered == 0;
    if (s->log_entries > to->log_entries)
        to->log_entries = s->log_entries;
}
