/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue as people and programs read it: `catspaw behaviours`. */
#include <catspaw/behaviour.h>
#include <catspaw/catspaw.h>

#include "core/json.h"
#include "core/str.h"
#include "engine/judge.h"

struct printing {
    const struct paw_catalogue *catalogue;
    bool json;
    struct paw_json j;      /* with json */
    struct paw_stream text; /* without   */
};

/* The technique a behaviour is listed under: its own, its first label's, or its first program's. */
static const char *technique_of(const struct printing *p, const struct paw_behaviour *b)
{
    if (b->technique != NULL)
        return b->technique;
    if (b->labels != NULL && b->labels[0].technique != NULL)
        return b->labels[0].technique;
    if (b->programs != NULL && b->programs[0] != NULL) {
        const struct paw_program *program =
            paw_catalogue_program(p->catalogue, b->programs[0], (paw_str){0});
        if (program != NULL)
            return program->technique;
    }
    return "T1218";
}

static void put_names(struct paw_json *j, const char *key, const char *const *names)
{
    if (names == NULL || names[0] == NULL)
        return;
    paw_json_key(j, key);
    paw_json_array(j);
    for (; *names != NULL; names++)
        paw_json_string(j, paw_str_of(*names));
    paw_json_array_end(j);
}

static void put_object(struct printing *p, const struct paw_behaviour *b)
{
    struct paw_json *j = &p->j;
    paw_json_object(j);
    paw_json_member(j, "id", paw_str_of(b->id));
    paw_json_member(j, "title", paw_str_of(b->title));
    paw_json_member(j, "technique", paw_str_of(technique_of(p, b)));
    put_names(j, "also", b->also);
    paw_json_member(j, "severity", paw_str_of(paw_severity_name(b->severity)));
    paw_json_member(j, "confidence", paw_str_of(paw_confidence_name(b->confidence)));
    paw_json_key(j, "score");
    paw_json_count(j, paw_score(b->severity, b->confidence));
    paw_json_member(j, "family", paw_str_of(paw_family_name(b->family)));
    put_names(j, "programs", b->programs);
    paw_json_member(j, "why", paw_str_of(b->why));
    paw_json_member(j, "benign", paw_str_of(b->benign));
    paw_json_member(j, "next", paw_str_of(b->next));
    paw_json_member(j, "waits_for", paw_str_of(b->waits_for));
    paw_json_object_end(j);
    paw_json_newline(j);
}

static void put_padded(struct paw_stream *s, const char *text, size_t width)
{
    size_t n = strlen(text);
    paw_stream_put(s, text, n);
    for (; n < width; n++)
        paw_stream_char(s, ' ');
    paw_stream_text(s, "  ");
}

static void put_row(struct printing *p, const struct paw_behaviour *b)
{
    put_padded(&p->text, paw_severity_name(b->severity), 13);
    put_padded(&p->text, paw_confidence_name(b->confidence), 9);
    put_padded(&p->text, technique_of(p, b), 9);
    put_padded(&p->text, b->id, 40);
    paw_stream_text(&p->text, b->title);
    paw_stream_char(&p->text, '\n');
}

static void put_paragraph(struct paw_stream *s, const char *head, const char *text)
{
    if (text == NULL)
        return;
    paw_stream_text(s, "\n");
    paw_stream_text(s, head);
    paw_stream_text(s, ": ");
    paw_stream_text(s, text);
    paw_stream_text(s, "\n");
}

static void put_line(struct paw_stream *s, const char *name, const char *text)
{
    put_padded(s, name, 10);
    paw_stream_text(s, text);
    paw_stream_text(s, "\n");
}

static void put_list(struct paw_stream *s, const char *name, const char *const *names)
{
    if (names == NULL || names[0] == NULL)
        return;
    put_padded(s, name, 10);
    for (size_t i = 0; names[i] != NULL; i++) {
        paw_stream_text(s, i == 0 ? "" : ", ");
        paw_stream_text(s, strcmp(names[i], "*") == 0 ? "any" : names[i]);
    }
    paw_stream_text(s, "\n");
}

static void put_page(struct printing *p, const struct paw_behaviour *b)
{
    struct paw_stream *s = &p->text;
    paw_stream_text(s, b->id);
    paw_stream_text(s, "\n");
    paw_stream_text(s, b->title);
    paw_stream_text(s, "\n\n");
    put_line(s, "technique", technique_of(p, b));
    put_list(s, "also", b->also);
    put_line(s, "severity", paw_severity_name(b->severity));
    put_line(s, "confidence", paw_confidence_name(b->confidence));
    put_line(s, "family", paw_family_name(b->family));
    put_list(s, "programs", b->programs);
    put_paragraph(s, "Why", b->why);
    put_paragraph(s, "Benign", b->benign);
    put_paragraph(s, "Next", b->next);
    put_paragraph(s, "Not yet decided; it waits for", b->waits_for);
    for (const struct paw_unless *u = b->unless; u != NULL && u->tests != NULL; u++)
        put_paragraph(s, "Silent", u->why);
    for (const struct paw_adjust *a = b->adjust; a != NULL && a->tests != NULL; a++)
        put_paragraph(s, paw_severity_name(a->severity), a->why);
}

static enum paw_status print_all(struct printing *p)
{
    size_t n = 0;
    const struct paw_behaviour *const *all = paw_catalogue_all(p->catalogue, &n);
    if (p->json)
        paw_json_array(&p->j);
    for (size_t i = 0; i < n; i++) {
        if (p->json)
            put_object(p, all[i]);
        else
            put_row(p, all[i]);
    }
    if (p->json)
        paw_json_array_end(&p->j);
    return PAW_OK;
}

static enum paw_status print_one(struct printing *p, const char *id)
{
    const struct paw_behaviour *b = paw_catalogue_behaviour(p->catalogue, paw_str_of(id));
    if (b == NULL)
        return PAW_E_ABSENT;
    if (p->json)
        put_object(p, b);
    else
        put_page(p, b);
    return PAW_OK;
}

enum paw_status paw_behaviours(const char *id, bool json, struct paw_out *out)
{
    struct paw_catalogue *catalogue = NULL;
    enum paw_status status = paw_catalogue_new(paw_analyzers, &catalogue);
    if (status != PAW_OK)
        return status;
    struct printing p = {.catalogue = catalogue, .json = json};
    paw_json_begin(&p.j, out);
    paw_stream_init(&p.text, out);
    status = id == NULL ? print_all(&p) : print_one(&p, id);
    if (status == PAW_OK && json)
        paw_json_newline(&p.j);
    if (status == PAW_OK)
        status = json ? paw_json_end(&p.j) : paw_stream_flush(&p.text);
    paw_catalogue_free(catalogue);
    return status;
}
