/* SPDX-License-Identifier: Apache-2.0 */
/** What the files of the engine share; nobody else includes this. */
#pragma once

#include "core/arena.h"
#include "core/fact.h"
#include "core/str.h"
#include "engine/engine.h"
#include "engine/known.h"
#include "windows/command.h"
#include "windows/path.h"
#include "windows/programs.h"

#define NONE UINT32_MAX

/** Open addressing over 64-bit hashes; a hash finds candidates, texts decide. */
struct map {
    struct paw_vec slots; /* struct map_slot */
    size_t used;
};

struct map_slot {
    uint64_t hash; /* 0: free */
    uint32_t value;
};

/** Computer name within a collection root, as facts carry it. */
struct seat {
    uint32_t root; /* source number of the first file of the root: an identity, not an order */
    paw_str root_name, computer;
    uint32_t host;   /* after hosts are given */
    uint32_t joined; /* union-find */
    uint64_t least;  /* smallest identity seen: orders equal names by content */
};

struct host {
    paw_str name; /* as printed; absent: unknown */
    struct paw_machine machine;
    uint32_t seen; /* PAW_NEED_… kinds recorded on it */
    uint32_t first_node, n_nodes;
};

enum node_flag {
    NODE_STUB = 1 << 0,
    NODE_TWIN = 1 << 1,
    NODE_PLUMBED = 1 << 2, /* folds into its parent: control.exe and its rundll32 */
    NODE_WANTED = 1 << 3,  /* is judged */
};

/** A process: what is kept of each. */
struct node {
    const struct paw_fact *start, *second;
    const struct paw_fact
        *quoted; /* stub: the record that speaks of it (child's start, or an effect) */
    uint64_t time, end;
    uint64_t subject; /* as facts hash it */
    uint64_t pid;
    uint32_t host, parent, first_child, next_sibling;
    uint32_t view; /* its place among the executions of a judgement, if it is there */
    uint8_t link, flags;
    bool has_pid;
    bool quoted_as_parent; /* stub from a child's parent fields; else from an effect's own fields */
    bool quoted_as_target; /* stub from the target fields of an access or thread */
};

/** A fact after copies are folded. */
struct kept {
    const struct paw_fact *fact;
    uint32_t host;
    uint32_t n_copies, all_copies;
    const struct paw_origin *copies;
};

/** An effect of a node. */
struct effect {
    uint32_t node;
    uint16_t kind; /* enum paw_effect */
    const struct paw_fact *fact;
    uint64_t sense; /* finds facts that say the same */
};

/** A file that appeared, by its normalised path. */
struct drop {
    uint64_t path; /* hash */
    uint32_t host;
    const struct paw_fact *fact;
};

/** A registry value, at rest or written. */
struct value {
    uint32_t host;
    paw_str key, place, name; /* canonical, regpath.h */
    const char *kind;         /* of a standing place, or NULL */
    bool is_autostart;
    const struct paw_fact *fact;
};

/** Values of a place on a host, newest write first. */
struct value_list {
    uint32_t host;
    paw_str key_glob, name_glob;
    const struct paw_fact **facts;
    size_t n;
};

struct pid_entry {
    uint32_t host, node;
    uint64_t pid, time;
};

/** Commands that stand somewhere: their own judgement, later joined to runs. */
struct standing {
    const struct paw_fact *fact;
    enum paw_field_id field; /* of fact: the text */
    paw_str text;            /* part of that field: the command */
    paw_str copy_of;         /* OriginalFileName of what it runs, where the line says so */
    paw_str folder;          /* where it begins, where the line says so */
    uint32_t offset; /* of text in the field, UINT32_MAX if the text is not verbatim there */
    struct paw_standing where;
    uint32_t host, node; /* node: the process that wrote or launched it, or NONE */
    enum paw_subject subject;
};

struct draft;

struct paw_engine {
    const struct paw_catalogue *catalogue;
    struct paw_budget *budget;
    const struct paw_engine_source *sources;
    size_t n_sources;
    const volatile bool *stop;
    const struct paw_site *site;

    struct paw_store store;
    struct paw_vec first;         /* const struct paw_fact *: as taken                     */
    struct paw_vec machine_facts; /* const struct paw_fact *: what hives say of their machine */
    struct paw_vec second;        /* the same for the second extraction                    */
    struct paw_vec same;          /* const struct paw_fact *: identities that several have */
    struct paw_vec kept;          /* struct kept: after copies, by host, time, content     */
    struct paw_vec copied;        /* struct kept with copies, sorted by fact's address     */
    struct paw_vec seats, hosts, nodes, pids, effects, drops, values, standings;
    struct paw_vec effect_facts; /* const struct paw_fact *: of effects, in their order */
    struct paw_vec value_lists;  /* world.c */
    struct paw_vec by_time;      /* uint32_t: nodes with a start, by host and time */
    struct paw_vec others;       /* struct kept: OTHER, SENSOR, ANTIMALWARE by host, event, time */
    struct paw_vec drafts;       /* struct draft * */
    struct paw_vec undecided;    /* struct draft *: one per host and program */
    struct paw_vec findings;     /* const struct paw_finding * */
    struct map seat_map, guid_map, stub_map, target_map, path_map, undecided_map, value_map;
    uint32_t last_seat; /* of the fact before, most have the same; NONE: none */
    struct map sieve_guids, sieve_pids, sieve_files; /* sieve.c */
    uint32_t *source_seat;                           /* by source: first seat seen, NONE */
    uint64_t *source_roots;                          /* by source: hash of its root name */
    bool is_resolved;

    struct paw_arena scratch; /* one call */
    struct paw_arena view;    /* one judgement */
    struct paw_vec views;     /* struct view *: executions of this judgement */
    struct paw_known known;   /* lines and paths parsed before */
    uint64_t judged, unjudged;
};

/* map.c */
void map_init(struct map *m, struct paw_budget *b);
void map_finish(struct map *m);
bool map_add(struct map *m, uint64_t hash, uint32_t value);
/** Walks the values under a hash: start with *at 0; NONE ends. */
uint32_t map_next(const struct map *m, uint64_t hash, size_t *at);
void map_reset(struct map *m);

/* hosts.c */
uint32_t seat_of(struct paw_engine *e, const struct paw_fact *fact);
enum paw_status hosts_assign(struct paw_engine *e);
uint32_t seat_host(const struct paw_engine *e, uint32_t seat);
uint32_t host_of(const struct paw_engine *e, const struct paw_fact *fact);
bool same_short_name(paw_str a, paw_str b);

/* copies.c */
enum paw_status copies_find(struct paw_engine *e, struct paw_vec *facts);
/* after copies_find of the same list; what stands in e->kept before keep_from stays */
enum paw_status copies_fold(struct paw_engine *e, const struct paw_vec *facts, size_t keep_from);
const struct kept *copies_of(const struct paw_engine *e, const struct paw_fact *fact);
uint32_t seat_find(struct paw_engine *e, uint32_t i);
void seats_join_by_identity(struct paw_engine *e);

/* resolve.c */
enum paw_status nodes_build(struct paw_engine *e);
uint32_t node_by_guid(const struct paw_engine *e, uint32_t host, paw_str guid);
uint32_t node_by_pid(const struct paw_engine *e, uint32_t host, uint64_t pid, uint64_t time);
uint32_t node_stub(struct paw_engine *e, uint32_t host, const struct paw_fact *fact, bool as_parent,
                   bool as_target);
enum paw_status pids_index(struct paw_engine *e);
paw_str node_text(const struct node *n, enum paw_field_id id);
bool is_real_guid(paw_str guid);

/* select.c */
/** Where a path of a command may lie: itself, or, of a bare name, the folders that the loader looks
 * into. Lives in the view. */
enum { PATH_CANDIDATES = 5 };
size_t path_candidates(struct paw_engine *e, const struct paw_execution *x, uint32_t host,
                       paw_str path, paw_str *out);
enum paw_status targets_select(struct paw_engine *e);
bool effect_is_wanted(struct paw_engine *e, const struct paw_fact *fact, uint32_t host);
uint64_t path_hash(struct paw_engine *e, uint32_t host, paw_str path, uint32_t salt);

bool is_proxy_name(const struct paw_engine *e, paw_str image);

/* sieve.c: what the sieve shall know; false: no memory */
bool sieve_add_process(struct paw_engine *e, paw_str guid, paw_str pid);
bool sieve_add_file(struct paw_engine *e, paw_str path);

/* scripts.c */
enum paw_status scripts_join(struct paw_engine *e,
                             enum paw_status (*take)(struct paw_engine *e, const struct kept *k));

/* gather.c */
enum paw_status effects_gather(struct paw_engine *e);
enum paw_status standings_gather(struct paw_engine *e);

/* view.c: executions for the time of one judgement */
struct paw_execution *view_base(struct paw_engine *e, uint32_t node); /* texts, command, effects */
struct paw_execution *view_of(struct paw_engine *e, uint32_t node);   /* and ancestors           */
struct paw_execution *view_judged(struct paw_engine *e, uint32_t node); /* and children */
struct paw_execution *view_standing(struct paw_engine *e, const struct standing *s);
enum { LAUNCHER_DEPTH = 3 };
/** The i-th command inside the line of x, as a standing one; false if nothing was recorded of x. */
bool nested_standing(const struct paw_execution *x, size_t i, uint32_t host, uint32_t node,
                     struct standing *to);
void view_reset(struct paw_engine *e);
/** The node of an execution, NONE for a standing one. */
uint32_t view_node(const struct paw_execution *x);

/* world.c */
struct paw_world {
    struct paw_engine *engine;
    uint32_t host;
};

/* gather.c */
uint32_t need_of_kind(enum paw_kind kind);

/* draft.c */
enum paw_status drafts_make(struct paw_engine *e,
                            void (*tick)(void *, uint64_t, uint64_t, uint64_t), void *self);
/* fold.c */
enum paw_status drafts_fold(struct paw_engine *e);

/* finding.c */
enum paw_status findings_make(struct paw_engine *e);

static inline struct node *node_at(const struct paw_engine *e, uint32_t i)
{
    return paw_vec_at(&e->nodes, i);
}

static inline struct host *host_at(const struct paw_engine *e, uint32_t i)
{
    return paw_vec_at(&e->hosts, i);
}

static inline bool is_stopped(const struct paw_engine *e)
{
    return e->stop != NULL && *e->stop;
}

enum { SECOND = 10000000 }; /* FILETIME ticks */
