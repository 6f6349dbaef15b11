/* SPDX-License-Identifier: Apache-2.0 */
/* timeline.csv (RFC 4180), for spreadsheets, Timeline Explorer and Timesketch: docs/output.md. */
#include <stdio.h>

#include "core/filetime.h"
#include "core/str.h"
#include "reports/cited.h"
#include "reports/escape.h"
#include "reports/writers.h"

static const char header[] =
    "datetime,timestamp_desc,message,host,severity,score,technique,behaviour,title,binary,"
    "command_line,parent_command_line,user,source,channel,event_id,record_id,story,id,suppressed_"
    "by\r\n";

static enum paw_status begin(void *state, const struct paw_report_context *c, struct paw_out *out)
{
    (void)state;
    (void)c;
    return out->write(out->self, header, sizeof(header) - 1);
}

static void cell(struct paw_stream *s, paw_str text)
{
    paw_csv_cell(s, text);
    paw_stream_char(s, ',');
}

static void number_cell(struct paw_stream *s, bool is_known, uint64_t n)
{
    if (is_known)
        paw_stream_u64(s, n);
    paw_stream_char(s, ',');
}

/* Title, colon, command line, made one text so that the cell is escaped as one. */
static bool put_message(struct paw_stream *s, paw_str title, paw_str command_line)
{
    struct paw_buffer b = {0};
    paw_buffer_put(&b, title.p, title.n);
    if (title.n != 0 && command_line.n != 0)
        paw_buffer_put(&b, ": ", 2);
    paw_buffer_put(&b, command_line.p, command_line.n);
    const bool ok = !b.failed;
    if (ok)
        cell(s, (paw_str){b.p, b.n});
    paw_buffer_finish(&b);
    return ok;
}

/* "3: reason (author, until 2026-12-31)", as one cell. */
static bool put_suppression(struct paw_stream *s, const struct paw_suppression *by)
{
    char number[24];
    struct paw_buffer b = {0};
    if (by == NULL)
        return true;
    const int n = snprintf(number, sizeof(number), "%u: ", (unsigned)by->number);
    const paw_str parts[] = {
        {number, n < 0 ? 0 : (size_t)n}, by->reason,  PAW_LIT_INIT(" ("), by->author,
        PAW_LIT_INIT(", until "),        by->expires, PAW_LIT_INIT(")")};
    for (size_t i = 0; i < PAW_COUNT_OF(parts); i++)
        paw_buffer_put(&b, parts[i].p, parts[i].n);
    const bool ok = !b.failed;
    if (ok)
        paw_csv_cell(s, (paw_str){b.p, b.n});
    paw_buffer_finish(&b);
    return ok;
}

static const struct paw_cited *primary_of(const struct paw_finding *f)
{
    for (size_t i = 0; i < f->n_evidence; i++)
        if (f->evidence[i].role == PAW_ROLE_PRIMARY)
            return &f->evidence[i];
    return NULL;
}

static void put_primary(struct paw_stream *s, const struct paw_report_context *c,
                        const struct paw_cited *primary)
{
    if (primary == NULL) {
        paw_stream_text(s, ",,,,");
        return;
    }
    const struct paw_fact *fact = primary->fact;
    cell(s, paw_source_name(c, fact->origin.source));
    cell(s, paw_fact_text(fact, PAW_F_CHANNEL));
    number_cell(s, !paw_cited_is_hive(fact), fact->event_id);
    number_cell(s, fact->record_id != 0, fact->record_id);
}

static enum paw_status item(void *state, const struct paw_report_context *c,
                            const struct paw_finding *f, struct paw_out *out)
{
    (void)state;
    struct paw_stream s;
    char time[PAW_FILETIME_TEXT];
    const struct paw_process_shown none = {0};
    const struct paw_process_shown *process = f->has_process ? &f->process : &none;
    const struct paw_process_shown *parent = f->has_parent ? &f->parent : &none;
    const paw_str title = f->n_held == 0 ? (paw_str){0} : paw_str_of(f->held[0].title);

    paw_stream_init(&s, out);
    cell(&s, paw_filetime_text(f->time, time));
    cell(&s, f->time == 0 ? PAW_LIT("undated") : paw_str_of(f->time_of));
    if (!put_message(&s, title, process->command_line))
        return PAW_E_MEMORY;
    cell(&s, f->host);
    cell(&s, paw_str_of(paw_severity_name(f->severity)));
    number_cell(&s, true, f->score);
    cell(&s, f->n_techniques == 0 ? (paw_str){0} : paw_str_of(f->techniques[0]));
    cell(&s, f->n_held == 0 ? (paw_str){0} : paw_str_of(f->held[0].id));
    cell(&s, title);
    cell(&s, f->proxy.binary);
    cell(&s, process->command_line);
    cell(&s, parent->command_line);
    cell(&s, process->user);
    put_primary(&s, c, primary_of(f));
    cell(&s, (paw_str){0}); /* story: phase 6 does not exist yet */
    cell(&s, paw_str_of(f->id));
    if (!put_suppression(&s, f->suppressed_by))
        return PAW_E_MEMORY;
    paw_stream_text(&s, "\r\n");
    return paw_stream_flush(&s);
}

static enum paw_status end(void *state, const struct paw_report_context *c, struct paw_out *out)
{
    (void)state;
    (void)c;
    (void)out;
    return PAW_OK;
}

const struct paw_writer paw_writer_csv = {
    .name = "csv",
    .file_name = "timeline.csv",
    .begin = begin,
    .item = item,
    .end = end,
};
