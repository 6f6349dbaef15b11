/* SPDX-License-Identifier: Apache-2.0 */
/** The nursery's side of the worker: a small process that forks reader processes on request. */
#pragma once

#include "evidence/worker.h"

enum {
    PAW_SLOT_PAGES = 17, /* a pipe's own size of bytes, and the rest */
    PAW_SLOT_BYTES = 64 * 1024,
};

/** Shared with a reader process: what it is at, and what it has not sent yet. Only told, never
 * trusted; read when the process is gone. */
struct paw_slot {
    volatile uint64_t item;  /* 1 + the item that is being read; 0: none yet    */
    volatile uint64_t begin; /* where in the stream of the pipe the bytes stand */
    volatile uint32_t n;     /* bytes: whole frames                             */
    uint32_t pad;
    struct paw_summary summary; /* so far */
    uint8_t rest[4096 - 24 - sizeof(struct paw_summary)];
    uint8_t bytes[PAW_SLOT_BYTES];
};

_Static_assert(sizeof(struct paw_slot) == PAW_SLOT_PAGES * 4096, "slots are unmapped by pages");

/** What the scan asks of the nursery: followed by the path, those of its companions
 * (empty: none), and the lists, all terminated strings. */
struct paw_request {
    uint32_t magic, action; /* enum paw_nursery_action */
    uint32_t reader, number, slot, pid;
    uint64_t from, to, kinds, size, memory;
    uint32_t n_values, n_events;
    uint32_t length; /* bytes that follow */
};

/** How a wanted value without a name (the key itself) is sent. */
#define PAW_KEY_ITSELF "\001"

enum paw_nursery_action {
    PAW_NURSERY_FORK = 1, /* a pipe's end comes with it; answer: pid, or 0 */
    PAW_NURSERY_REAP,     /* kill and wait; answer: wait status            */
};

enum {
    PAW_REQUEST_MAGIC = 0x4E555253,
    PAW_REQUEST_BYTES_MAX = 1 << 20, /* paths and lists of wanted values */
};

struct paw_nursery_setup {
    const struct paw_reader *const *readers;
    size_t n_readers;
    struct paw_worker_limits limits;
    struct paw_slot *slots;
    size_t n_slots;
};

/** Serves requests until the other end closes, or the parent process ends; never returns. */
_Noreturn void paw_nursery_serve(int socket, int parent, const struct paw_nursery_setup *setup);
