/* SPDX-License-Identifier: Apache-2.0 */
/**
 * One execution under questions: what is being asked, what was marked, what was missing. Private to
 * the questions, the evaluator and their tests.
 */
#pragma once

#include "engine/judge.h"

enum {
    PAW_MARKS_MAX = 48,    /* more would not be read; the first ones stay       */
    PAW_NESTING_MAX = 4,   /* launcher in launcher in launcher                  */
    PAW_NESTED_CACHE = 16, /* inner commands of one judgement that stay parsed  */
    PAW_RELATION_MAX = 8,  /* parent of parent of child …                       */
};

enum { PAW_GRAMS_WORDS = 64, PAW_GRAMS_CACHE = 4 };

/** Which three characters in a row stand in a text, whatever their case: a text that lacks three of
 * a glob does not fit it. Bits by hash. */
struct paw_grams {
    const char *of; /* the text */
    size_t n;
    uint64_t bits[PAW_GRAMS_WORDS];
};

/** Whom the questions are put to, and how marks of it are spelled. */
struct paw_seat {
    const struct paw_execution *x;    /* the asked one                                          */
    const struct paw_execution *real; /* x, or the process whose line holds x                  */
    const struct paw_execution *PAW_NULLABLE via; /* real is the parent of via                 */
    enum paw_role role;
    bool is_nested, is_verbatim;
    struct paw_span whole; /* of the inner command in the outer line */
    unsigned nesting;
};

struct paw_exam {
    const struct paw_catalogue *catalogue;
    struct paw_world *world;
    struct paw_arena *arena;
    const struct paw_execution *judged;
    struct paw_seat seat;
    const struct paw_test *PAW_NULLABLE flip;            /* answered the other way: for tests */
    const struct paw_execution *PAW_NULLABLE written_of; /* whose registry writes were placed */
    struct paw_place_set written;                        /* and where they fell */
    struct paw_path *PAW_NULLABLE files; /* of the judged one's effects on files, as far as asked */
    struct paw_grams grams[PAW_GRAMS_CACHE];
    size_t n_grams;
    const char *PAW_NULLABLE spaced_of; /* text whose blanks were counted last, and without them */
    size_t spaced_of_n;
    paw_str spaced;
    uint32_t lost; /* PAW_NEED_…: who needs that cannot tell: for tests as well */
    uint32_t missing;
    unsigned depth;
    size_t n_marks;
    struct paw_mark marks[PAW_MARKS_MAX];
    struct {
        const struct paw_execution *outer;
        size_t index;
        const struct paw_execution *inner;
    } nested[PAW_NESTED_CACHE];
    size_t n_nested;
    bool is_sited;                     /* asked with what the site file knows */
    const char *PAW_NULLABLE site_why; /* the entry that changed an answer    */
};

void paw_exam_begin(struct paw_exam *e, const struct paw_catalogue *c, struct paw_world *w,
                    const struct paw_execution *x, struct paw_arena *arena);
/** Asks when, unless, adjust, cap and shows. YES: *item is filled but for marks, which are those of
 * the exam. Otherwise e->missing tells what was not to be had. */
enum paw_truth paw_exam_behaviour(struct paw_exam *e, const struct paw_behaviour *b,
                                  struct paw_verdict_item *item);

/** The item that holds, with the exam's marks kept elsewhere: lowered if the site file tells why.
 */
void paw_exam_site(struct paw_exam *e, struct paw_verdict_item *item);

/* For questions */
/** Classes and sets as the site file has them, when the exam is asked with it. */
uint64_t paw_exam_class(struct paw_exam *e, const struct paw_path *path);
uint64_t paw_exam_host_class(struct paw_exam *e, paw_str host, uint64_t class);
uint64_t paw_exam_sets(struct paw_exam *e, const struct paw_execution *x);
bool paw_exam_trusts_signer(struct paw_exam *e, const struct paw_fact *module);
enum paw_truth paw_exam_one(struct paw_exam *e, const struct paw_test *t);
enum paw_truth paw_exam_all(struct paw_exam *e, const struct paw_test *t);
/** t->tests asked of other, which is reached as role; via: other is its parent. */
enum paw_truth paw_exam_other(struct paw_exam *e, const struct paw_test *t,
                              const struct paw_execution *other, enum paw_role role,
                              const struct paw_execution *PAW_NULLABLE via);
/** YES if one of the list answers YES, else UNKNOWN if one does or not all could be seen. */
enum paw_truth paw_exam_some(struct paw_exam *e, const struct paw_test *t,
                             const struct paw_executions *among, enum paw_role role);
/** Whether effects were recorded; if not, names what is missing and *ret is the answer. */
bool paw_exam_could(struct paw_exam *e, uint32_t need, enum paw_truth *ret);

/* Lists and places, questions_lists.c and places.c */
const char *const *PAW_NULLABLE paw_list(const char *name);
/** Whether text fits one glob of the list; "@name" entries are looked up. */
bool paw_list_fits(const char *const *PAW_NULLABLE list, paw_str text);

struct paw_place {
    const char *name;            /* ends a table when NULL */
    uint32_t need;               /* the hive that would hold it */
    const char *key, *value;     /* globs over the canonical place and the value's name */
    const char *hive, *hive_key; /* for the hive reader */
};
extern const struct paw_place paw_places[];
/** The rows of paw_places by key, each with how much its fixed beginning shares with the row before
 * it: what differs there differs in both. */
struct paw_place_order {
    uint8_t row[PAW_PLACE_WORDS * 64], shared[PAW_PLACE_WORDS * 64];
    size_t n;
};
void paw_places_sort(struct paw_place_order *ret);
/** The rows at which a value stands (regpath.h). */
void paw_places_of(const struct paw_place_order *order, const struct paw_regpath *path,
                   struct paw_place_set *ret);
/** Whether a value of that name stands at such a place (regpath.h). */
bool paw_place_fits(const struct paw_place *p, paw_str place, paw_str name);

/** Whether a path that stands in a text of the asked execution fits .in .names .keys .flags .same
 * of t. UNKNOWN names the working directory as missing. */
enum paw_truth paw_exam_path(struct paw_exam *e, const struct paw_test *t, paw_str raw);
bool paw_exam_same_path(struct paw_exam *e, const struct paw_test *t, paw_str norm);
