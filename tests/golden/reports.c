/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reports FORMAT: prints the hand-made findings of tests/unit/report_sample.h through one writer,
 * to be compared with the file of that name beside this one (reports.py).
 */
#include <stdio.h>

#include "../unit/report_sample.h"

static enum paw_status print(void *self, const void *bytes, size_t n)
{
    return fwrite(bytes, 1, n, self) == n ? PAW_OK : PAW_E_OUTPUT;
}

static enum paw_status print_facts(const struct sample *s, struct paw_out *out)
{
    const struct paw_report_context c = {.ledger = &s->ledger};
    enum paw_status got = PAW_OK;
    for (size_t i = 0; got == PAW_OK && i < PAW_COUNT_OF(s->facts); i++)
        got = paw_fact_write(s->facts[i], &c, out);
    return got;
}

int main(int argc, char **argv)
{
    struct paw_out out = {stdout, print};
    struct sample *s = sample_new();
    const char *name = argc == 2 ? argv[1] : "";
    const struct paw_writer *w = sample_writer(name);
    enum paw_status got = PAW_E_USAGE;
    if (w != NULL)
        got = sample_write(s, w, 0, 3, &out);
    else if (strcmp(name, "run") == 0)
        got = paw_ledger_write(&s->ledger, &out);
    else if (strcmp(name, "events") == 0)
        got = print_facts(s, &out);
    sample_free(s);
    return got == PAW_OK && fflush(stdout) == 0 ? 0 : 1;
}
