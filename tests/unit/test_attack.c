/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of ATT&CK: whole, in order, and of behaviours and techniques that exist. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <catspaw/attack.h>
#include <catspaw/behaviour.h>

#include "core/str.h"
#include "engine/judge.h"

static int compare(const struct paw_use *a, const struct paw_use *b)
{
    static const char kinds[] = "GCS";
    const int technique = strcmp(a->technique, b->technique);
    const ptrdiff_t kind = strchr(kinds, a->id[0]) - strchr(kinds, b->id[0]);
    return technique != 0 ? technique : kind != 0 ? (int)kind : strcmp(a->id, b->id);
}

static bool is_id(const char *id)
{
    size_t n = 1;
    while (id[n] >= '0' && id[n] <= '9')
        n++;
    return strchr("GCS", id[0]) != NULL && n == 5 && id[n] == '\0';
}

static void uses(void **state)
{
    (void)state;
    struct paw_catalogue *c = NULL;
    size_t n = 0;
    assert_int_equal(paw_catalogue_new(paw_analyzers, &c), PAW_OK);
    for (const struct paw_use *u = paw_uses; u->technique != NULL; u++, n++) {
        if (!is_id(u->id) || u->name[0] == '\0' || u->procedure[0] == '\0')
            fail_msg("%s %s", u->id, u->name);
        if (paw_technique_find(paw_str_of(u->technique)) == NULL)
            fail_msg("%s: no technique %s", u->id, u->technique);
        if (n != 0 && compare(u - 1, u) > 0)
            fail_msg("%s %s is not in its place", u->technique, u->id);
        for (size_t i = 0; u->behaviours != NULL && u->behaviours[i] != NULL; i++)
            if (paw_catalogue_behaviour(c, paw_str_of(u->behaviours[i])) == NULL)
                fail_msg("%s: no behaviour %s", u->id, u->behaviours[i]);
    }
    assert_int_equal(n, 228); /* relations of v18.1 */
    paw_catalogue_free(c);
}

/* One name for an id, whatever the technique. */
static void names(void **state)
{
    (void)state;
    for (const struct paw_use *u = paw_uses; u->technique != NULL; u++)
        for (const struct paw_use *v = paw_uses; v != u; v++)
            if ((strcmp(u->id, v->id) == 0) != (strcmp(u->name, v->name) == 0))
                fail_msg("%s %s, %s %s", u->id, u->name, v->id, v->name);
}

static void tactics(void **state)
{
    (void)state;
    size_t n = 0;
    for (const struct paw_technique *t = paw_techniques; t->id != NULL; t++)
        assert_non_null(paw_tactic_of(t->id));
    assert_string_equal(paw_tactic_of("T1218.011")->name, "Defense Evasion");
    assert_string_equal(paw_tactic_of("T1218.011")->later, "Stealth");
    assert_string_equal(paw_tactic_of("T1105")->id, "TA0011");
    assert_null(paw_tactic_of("T9999"));
    assert_null(paw_technique_find((paw_str){0}));
    /* whatever a finding may lead with */
    for (size_t i = 0; paw_analyzers[i] != NULL; i++) {
        const struct paw_analyzer *a = paw_analyzers[i];
        for (const struct paw_program *p = a->programs; p != NULL && p->name != NULL; p++, n++)
            if (paw_tactic_of(p->technique) == NULL)
                fail_msg("%s: %s", p->name, p->technique);
        for (const struct paw_behaviour *b = a->behaviours; b->id != NULL; b++) {
            if (b->technique != NULL && paw_tactic_of(b->technique) == NULL)
                fail_msg("%s: %s", b->id, b->technique);
            for (const struct paw_label *l = b->labels; l != NULL && l->technique != NULL; l++)
                if (paw_tactic_of(l->technique) == NULL)
                    fail_msg("%s: %s", b->id, l->technique);
        }
    }
    assert_true(n > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(uses), cmocka_unit_test(names),
                                       cmocka_unit_test(tactics)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
