/* SPDX-License-Identifier: Apache-2.0 */
/* evtx-facts FILE...: the facts of logs as lines of text, read in this process. For developers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filetime.h"
#include "evidence/source.h"
#include "parsers/readers.h"

struct printing {
    uint64_t facts, damage, notes;
    uint64_t of_kind[PAW_N_KINDS];
    bool is_quiet;
};

static void print_text(paw_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        const unsigned char c = (unsigned char)s.p[i];
        if (c < 0x20 || c == 0x7F)
            printf("\\x%02x", c);
        else
            putchar(c);
    }
}

static void print_time(const char *name, paw_filetime t)
{
    char out[PAW_FILETIME_TEXT];
    const paw_str text = paw_filetime_text(t, out);
    printf(" %s=%.*s", name, (int)text.n, text.p == NULL ? "" : text.p);
}

static enum paw_status print_fact(void *self, const struct paw_fact *f)
{
    static const char *const states[] = {"intact", "recovered", "damaged"};
    struct printing *p = self;
    p->facts++;
    p->of_kind[f->kind]++;
    if (!paw_fact_check(f, f->size)) {
        printf("BAD FACT\n");
        exit(1);
    }
    if (p->is_quiet)
        return PAW_OK;
    const paw_str kind = paw_kind_name((enum paw_kind)f->kind);
    printf("%.*s %u #%llu @%llu+%u %s flags=%u", (int)kind.n, kind.p, f->event_id,
           (unsigned long long)f->record_id, (unsigned long long)f->origin.offset, f->origin.length,
           states[f->state], f->flags);
    print_time("time", f->time);
    print_time("logged", f->logged);
    for (size_t i = 0;; i++) {
        enum paw_field_id id = PAW_F_NONE;
        paw_str name, text;
        if (!paw_fact_field(f, i, &id, &name, &text))
            break;
        printf(id == PAW_F_OTHER ? " |%.*s*=" : " |%.*s=", (int)name.n, name.p);
        print_text(text);
    }
    putchar('\n');
    return PAW_OK;
}

static enum paw_status print_diag(void *self, const struct paw_diag *d)
{
    struct printing *p = self;
    if (paw_diag_is_damage(d->code))
        p->damage++;
    else
        p->notes++;
    printf("%s %s @%llu+%llu x%llu %s\n", paw_diag_is_damage(d->code) ? "DAMAGE" : "note",
           paw_diag_name(d->code), (unsigned long long)d->offset, (unsigned long long)d->extent,
           (unsigned long long)d->count, d->detail);
    return PAW_OK;
}

static enum paw_status no_progress(void *self, uint64_t item)
{
    (void)self;
    (void)item;
    return PAW_OK;
}

static bool read_all(const char *path, paw_bytes *ret)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL || fseek(f, 0, SEEK_END) != 0)
        return false;
    const long n = ftell(f);
    uint8_t *bytes = n < 0 ? NULL : malloc((size_t)n + 1);
    rewind(f);
    const bool is_read = bytes != NULL && fread(bytes, 1, (size_t)n, f) == (size_t)n;
    (void)fclose(f);
    *ret = (paw_bytes){bytes, is_read ? (size_t)n : 0};
    return is_read;
}

int main(int argc, char **argv)
{
    struct paw_wanted wanted = {.kinds = UINT64_MAX};
    const struct paw_reader *reader = &paw_reader_libevtx;
    struct printing all = {0};
    struct paw_summary sum = {0};
    for (int i = 1; i < argc; i++) {
        struct paw_source *source = NULL;
        struct paw_summary s;
        struct paw_error err;
        paw_bytes bytes;
        if (strcmp(argv[i], "-q") == 0) {
            all.is_quiet = true;
            continue;
        }
        if (strcmp(argv[i], "-native") == 0) {
            reader = &paw_reader_evtx;
            continue;
        }
        if (strcmp(argv[i], "-rare") == 0) {
            wanted.kinds = PAW_KIND_BIT(PAW_KIND_PROCESS_START);
            continue;
        }
        if (!read_all(argv[i], &bytes) || paw_source_over(bytes, &source) < 0) {
            (void)fprintf(stderr, "cannot read '%s'\n", argv[i]);
            return 1;
        }
        const struct paw_sink sink = {&all, print_fact, print_diag, no_progress};
        const enum paw_status status = reader->extract(
            source, (uint32_t)i, (struct paw_range){.to = UINT64_MAX}, &wanted, &sink, &s, &err);
        printf("FILE %s status=%d read=%llu recovered=%llu damaged=%llu dirty=%u refused=%u\n",
               argv[i], status, (unsigned long long)s.read, (unsigned long long)s.recovered,
               (unsigned long long)s.damaged, s.dirty, s.refused);
        sum.read += s.read;
        sum.recovered += s.recovered;
        sum.damaged += s.damaged;
        paw_source_close(source);
        free((void *)(uintptr_t)bytes.p);
    }
    printf("ALL read=%llu recovered=%llu damaged=%llu facts=%llu damage=%llu notes=%llu\n",
           (unsigned long long)sum.read, (unsigned long long)sum.recovered,
           (unsigned long long)sum.damaged, (unsigned long long)all.facts,
           (unsigned long long)all.damage, (unsigned long long)all.notes);
    for (unsigned k = 0; k < PAW_N_KINDS; k++)
        if (all.of_kind[k] != 0) {
            const paw_str name = paw_kind_name((enum paw_kind)k);
            printf("KIND %.*s %llu\n", (int)name.n, name.p, (unsigned long long)all.of_kind[k]);
        }
    return 0;
}
