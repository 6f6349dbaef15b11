/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Values, statuses and annotations that every other header builds on.
 *
 * Nothing here allocates, prints or keeps state.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__clang__)
#define PAW_NULLABLE      _Nullable
#define PAW_NONNULL_BEGIN _Pragma("clang assume_nonnull begin")
#define PAW_NONNULL_END   _Pragma("clang assume_nonnull end")
#else
#define PAW_NULLABLE
#define PAW_NONNULL_BEGIN
#define PAW_NONNULL_END
#endif

#define PAW_API              __attribute__((visibility("default")))
#define PAW_MUST_CHECK       __attribute__((warn_unused_result))
#define PAW_PRINTF(f, a)     __attribute__((format(printf, f, a)))
#define PAW_CLEANUP(f)       __attribute__((cleanup(f)))
#define PAW_COUNT_OF(a)      (sizeof(a) / sizeof((a)[0]))
#define PAW_UNUSED           __attribute__((unused))
#define paw_ckd_add(a, b, r) __builtin_add_overflow(a, b, r)
#define paw_ckd_mul(a, b, r) __builtin_mul_overflow(a, b, r)

/** Untrusted bytes; p may be NULL only if n is 0. */
typedef struct {
    const uint8_t *p;
    size_t n;
} paw_bytes;

/** Valid UTF-8, unterminated, may hold NUL. p NULL: absent; n 0 with p set: empty. */
typedef struct {
    const char *p;
    size_t n;
} paw_str;

/** UTF-16LE as found: unaligned, possibly ill-formed; units counts code units. */
typedef struct {
    const uint8_t *p;
    size_t units;
} paw_u16;

/** 100 ns ticks since 1601-01-01 UTC; 0 is "not set". */
typedef uint64_t paw_filetime;

/* A literal as a value, and as a static initialiser (GCC -Wpedantic wants both). */
#define PAW_LIT(s) ((paw_str){("" s), sizeof(s) - 1})
#define PAW_LIT_INIT(s)       \
    {                         \
        ("" s), sizeof(s) - 1 \
    }

/** What a call came to. Negative: no further progress here. */
enum paw_status {
    PAW_OK = 0,
    PAW_END = 1,          /* nothing more                                  */
    PAW_DAMAGED = 2,      /* this item is partial, ask for the next        */
    PAW_E_TRUNCATED = -1, /* the bytes end inside the structure            */
    PAW_E_FORMAT = -2,    /* a field has an impossible value               */
    PAW_E_LIMIT = -3,     /* a named limit or budget was reached           */
    PAW_E_MEMORY = -4,
    PAW_E_IO = -5,     /* reading evidence failed; errno says why       */
    PAW_E_OUTPUT = -6, /* writing a report or spool failed (disk full)  */
    PAW_E_USAGE = -7,  /* the caller asked for something impossible     */
    PAW_E_ABSENT = -8, /* what was asked for does not exist             */
    PAW_E_INTERRUPTED = -9,
    PAW_E_CHILD = -10, /* a worker process died or lied                 */
};

/** Details of a failure, owned by the caller; strings are constants, nothing is allocated. */
struct paw_error {
    enum paw_status status;
    int sys;          /* errno, or 0                          */
    uint64_t offset;  /* in the source, bytes                 */
    const char *what; /* what was being read or done          */
};

/** Fills err (which may be NULL) and returns status: `return paw_fail(err, …);` */
static inline enum paw_status paw_fail(struct paw_error *PAW_NULLABLE err, enum paw_status status,
                                       uint64_t offset, const char *what)
{
    if (err != NULL)
        *err = (struct paw_error){.status = status, .offset = offset, .what = what};
    return status;
}

/** The same with an errno value. */
static inline enum paw_status paw_fail_sys(struct paw_error *PAW_NULLABLE err,
                                           enum paw_status status, int sys, const char *what)
{
    if (err != NULL)
        *err = (struct paw_error){.status = status, .sys = sys, .what = what};
    return status;
}

static inline bool paw_is_absent(paw_str s)
{
    return s.p == NULL;
}

static inline bool paw_is_empty(paw_str s)
{
    return s.n == 0;
}
