/* SPDX-License-Identifier: Apache-2.0 */
/** The nursery's side of the worker: a small process that forks reader processes on request. */
#pragma once

#include "evidence/worker.h"

/** Shared with a reader process: what it is at. Only told, never trusted. */
struct paw_slot {
    volatile uint64_t item;     /* 1 + the item that is being read; 0: none yet */
    struct paw_summary summary; /* of the items before it */
};

/** What the scan asks of the nursery: followed by the path and the lists, all terminated strings.
 */
struct paw_request {
    uint32_t magic, action; /* enum paw_nursery_action */
    uint32_t reader, number, slot, pid;
    uint64_t from, to, kinds;
    uint64_t size; /* of the file when the inventory was taken; 0: not known */
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

/** Serves requests until the other end closes; never returns. */
_Noreturn void paw_nursery_serve(int socket, const struct paw_nursery_setup *setup);
