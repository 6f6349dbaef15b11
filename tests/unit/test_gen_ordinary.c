/* SPDX-License-Identifier: Apache-2.0 */
/* Ordinary hosts: what a description draws, that it draws the same again, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ordinary.h"
#include "recipe.h"

#define HOST "name W${host}.example\nhost\n  start services.exe\n    hook svc\n"

/* The recipe of one host over two days, or what was wrong; both live in the pool. */
static struct gen_str draw(struct gen_pool *pool, const char *text, unsigned host, uint64_t seed,
                           struct gen_ordinary_error *ret_error)
{
    char path[] = "/tmp/ordinary-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    (void)close(fd);
    const struct gen_ordinary *kind = gen_ordinary_read(pool, path, ret_error);
    (void)unlink(path);
    return kind == NULL ? (struct gen_str){NULL, 0}
                        : gen_ordinary_recipe(kind, pool, host, 2, seed, ret_error);
}

static const struct {
    const char *text;
    unsigned line;
    const char *what; /* the beginning */
} refused[] = {
    {"name W\n", 0, "a kind needs 'name' and 'host'"},
    {"name W\n   host\n", 2, "odd or jumping indentation"},
    {"name W\nhost\n      start a.exe\n", 3, "odd or jumping indentation"},
    {"name W\nhosts\n", 2, "unknown, or given twice"},
    {"use nothing-of-that-name\n", 1, "cannot be read"},
    {"words a\n", 1, "words without a name or values"},
    {"words a\n  b\nwords a\n  c\n", 3, "words given twice"},
    {HOST "activity a in svc often\n  child b.exe\n", 5, "no rate"},
    {HOST "activity a in svc 1/day 9-9\n  child b.exe\n", 5, "no hours"},
    {HOST "activity a svc 1/day\n  child b.exe\n", 5, "not 'activity"},
    {HOST "activity a in svc 1/day\n", 5, "not 'activity"},
    {HOST "activity a in other 1/day\n  child b.exe\n", 6, "nothing draws from the group"},
    {HOST "activity a in svc 1/day\n  child ${who}.exe\n", 6, "unknown words"},
    {HOST "words w\n  ${w}\nactivity a in svc 1/day\n  child ${w}.exe\n", 6, "words that need"},
    {HOST "activity a in svc 1/day\n  maybe 200\n    child b.exe\n", 6, "no share"},
    {HOST "activity a in svc 1/day\n  either\n    child b.exe\n", 6, "no weight"},
    {HOST "activity a in svc 1/day\n  repeat 3-1 5m\n    child b.exe\n", 6, "not 'repeat"},
    {HOST "activity a in svc 1/day\n  some 1-2 svc\n", 6, "not 'some"},
    {HOST "activity a in svc 1/day\n  child b.exe\n    some 1-1 svc 5m\n", 7,
     "activities that draw themselves"},
};

static void refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct gen_pool pool = {0};
        struct gen_ordinary_error error;
        assert_null(draw(&pool, refused[i].text, 1, 1, &error).p);
        if (strncmp(error.what, refused[i].what, strlen(refused[i].what)) != 0)
            fail_msg("%s: got '%s'", refused[i].text, error.what);
        if (refused[i].line != 0 && strncmp(refused[i].what, "activities", 10) != 0)
            assert_int_equal(error.line, refused[i].line);
        gen_pool_free(&pool);
    }
}

static const char office[] = HOST "each host user\n  alice\n  bob\n  carol\n"
                                  "words file\n  a${n1-9}.txt\n  b${hex4}.txt\n"
                                  "activity edit in svc 9/day\n"
                                  "  child notepad.exe ${file} ${file} ${user}\n"
                                  "    either 1\n      +1s file C:\\${guid}\n"
                                  "    or 1\n      maybe 50\n        +2s dns ${user}.example\n"
                                  "    if user alice\n      +3s dns only-alice.example\n"
                                  "    +9s end\n";

/* The recipe is one, and the same seed gives it again. */
static void draws(void **state)
{
    (void)state;
    for (unsigned host = 1; host <= 20; host++) {
        struct gen_pool pool = {0};
        struct gen_ordinary_error error;
        struct gen_recipe recipe = {0};
        struct gen_recipe_error wrong;
        const struct gen_str one = draw(&pool, office, host, 7, &error);
        const struct gen_str again = draw(&pool, office, host, 7, &error);
        const struct gen_str other = draw(&pool, office, host, 8, &error);
        assert_non_null(one.p);
        assert_true(gen_same(one, again));
        assert_false(gen_same(one, other));
        if (!gen_recipe_read(one, &recipe, &wrong))
            fail_msg("%u:%u: %s", wrong.line, wrong.column, wrong.what);
        assert_non_null(recipe.hosts);
        const bool is_alice = strstr(one.p, ".txt alice") != NULL;
        assert_int_equal(is_alice, strstr(one.p, "only-alice") != NULL);
        assert_false(is_alice && strstr(one.p, ".txt bob") != NULL); /* one user a host */
        gen_recipe_free(&recipe);
        gen_pool_free(&pool);
    }
}

/* One draw of words holds through an activity. */
static void words_hold(void **state)
{
    (void)state;
    struct gen_pool pool = {0};
    struct gen_ordinary_error error;
    const struct gen_str text = draw(&pool, office, 1, 3, &error);
    unsigned lines = 0;
    for (const char *at = strstr(text.p, "notepad.exe "); at != NULL;
         at = strstr(at + 1, "notepad.exe ")) {
        char first[32], second[32];
        assert_int_equal(sscanf(at, "notepad.exe %31s %31s", first, second), 2);
        assert_string_equal(first, second);
        lines++;
    }
    assert_in_range(lines, 2 * 4, 2 * 14); /* nine a day, a half to one and a half of it */
    gen_pool_free(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses),
        cmocka_unit_test(draws),
        cmocka_unit_test(words_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
