/* SPDX-License-Identifier: Apache-2.0 */
/* A door of wood: the public functions that read evidence, without reading any. Only built while
 * lib/catspaw.c does not exist (cmd/meson.build). */
#include <stdio.h>

#include <catspaw/catspaw.h>

const char *paw_version(void)
{
    return "0.1.0";
}

const char *paw_build(void)
{
    return "no readers";
}

void paw_scan(const struct paw_options *o, struct paw_result *ret, struct paw_error *err)
{
    if (o->progress != NULL)
        o->progress(o->self, &(struct paw_progress){.phase = "reading"});
    *ret = (struct paw_result){.exit_code = 4};
    (void)snprintf(ret->message, sizeof(ret->message), "nothing could be read: '%s'", o->paths[0]);
    (void)paw_fail(err, PAW_E_ABSENT, 0, "the evidence does not exist");
}

void paw_events(const struct paw_options *o, struct paw_result *ret, struct paw_error *err)
{
    paw_scan(o, ret, err);
}

enum paw_status paw_behaviours(const char *id, bool json, struct paw_out *out)
{
    return id != NULL ? PAW_E_ABSENT : out->write(out->self, json ? "[]\n" : "", json ? 3 : 0);
}
