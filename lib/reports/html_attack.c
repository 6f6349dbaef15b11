/* SPDX-License-Identifier: Apache-2.0 */
/* What ATT&CK says of the techniques of a report, once for all findings: see reports/html.h. */
#include <catspaw/attack.h>

#include "core/str.h"
#include "reports/escape.h"
#include "reports/html.h"

static void put_uses(struct paw_stream *out, const char *technique)
{
    bool any = false;
    for (const struct paw_use *u = paw_uses; u->technique != NULL; u++) {
        if (strcmp(u->technique, technique) != 0)
            continue;
        paw_stream_text(out, any ? ", " : "");
        paw_html_text(out, paw_str_of(u->name));
        paw_stream_text(out, " ");
        paw_html_text(out, paw_str_of(u->id));
        any = true;
    }
    paw_stream_text(out, any ? "" : "-");
}

static void put_row(struct paw_stream *out, const struct paw_technique *t)
{
    const struct paw_tactic *tactic = paw_tactic_find(t->tactic);
    paw_stream_text(out, "<tr><th scope=\"row\">");
    paw_html_text(out, paw_str_of(t->id));
    paw_stream_text(out, "</th><td>");
    paw_html_text(out, paw_str_of(t->name));
    paw_stream_text(out, "</td><td>");
    if (tactic != NULL) {
        paw_html_text(out, paw_str_of(tactic->id));
        paw_stream_text(out, " ");
        paw_html_text(out, paw_str_of(tactic->name));
        if (strcmp(tactic->name, tactic->later) != 0) {
            paw_stream_text(out, " (v" PAW_ATTACK_LATER ": ");
            paw_html_text(out, paw_str_of(tactic->later));
            paw_stream_text(out, ")");
        }
    }
    paw_stream_text(out, "</td><td>");
    put_uses(out, t->id);
    paw_stream_text(out, "</td></tr>\n");
}

void paw_html_attack(struct paw_stream *out, const struct paw_ledger *l)
{
    bool any = false;
    for (size_t i = 0; i < l->n_techniques; i++) {
        const struct paw_technique *t = paw_technique_find(paw_str_of(l->by_technique[i].name));
        if (t == NULL)
            continue;
        if (!any)
            paw_stream_text(
                out,
                "<details class=\"card\"><summary>ATT&amp;CK</summary>\n<p class=\"soft\">"
                "As of v" PAW_ATTACK_VERSION ", which is \xC2\xA9 The MITRE Corporation. That a "
                "technique is recorded of others says nothing about who did it here.</p>\n"
                "<table class=\"small\"><thead><tr><th scope=\"col\">Technique</th>"
                "<th scope=\"col\">Name</th><th scope=\"col\">Tactic</th><th scope=\"col\">"
                "Recorded of</th></tr></thead><tbody>\n");
        put_row(out, t);
        any = true;
    }
    paw_stream_text(out, any ? "</tbody></table></details>\n" : "");
}
