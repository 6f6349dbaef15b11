/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Phase 0: what was given. See inventory.h.
 *
 * Folders wait in a list, so depth costs no stack. Only regular files are opened; symbolic links
 * are not followed below an argument: what they point at inside the root has a path of its own.
 */
#define _GNU_SOURCE /* realpath, O_NOATIME */
#include "evidence/inventory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/os.h"
#include "core/str.h"
#include "evidence/content.h"
#include "evidence/pair.h"

enum {
    PATH_BYTES_MAX =
        16384, /* four times what a kernel takes in one piece; a folder costs its path */
    TICK_FILES = 64,
};

/* A growing list of plain items. */
struct list {
    void *items;
    size_t n, room, size;
};

static void *push(struct list *l)
{
    if (l->n == l->room) {
        const size_t room = l->room == 0 ? 64 : l->room * 2;
        void *more = realloc(l->items, room * l->size);
        if (more == NULL)
            return NULL;
        l->items = more;
        l->room = room;
    }
    void *item = (uint8_t *)l->items + l->n++ * l->size;
    memset(item, 0, l->size);
    return item;
}

/* A folder still to be read, or an argument's file. */
struct place {
    const char *path; /* to open */
    paw_str shown;    /* printed, "" for the argument's own folder */
    paw_str root;     /* printed collection root */
    uint64_t root_id; /* its folder's device and inode: parts equal names of two arguments */
    size_t depth;
};

struct walk {
    struct paw_inventory *i;
    const struct paw_inventory_options *options;
    struct list folders; /* struct place   */
    struct list files;   /* struct found   */
    struct list diags;   /* struct paw_diag */
    bool several;        /* arguments      */
    uint64_t ticked;
};

struct found {
    struct paw_file file;
    dev_t device;
    ino_t inode;
    paw_str first_name; /* before ~2 */
    uint32_t head;      /* checksum of its first bytes */
    bool is_read, needs_hash, has_changed;
    bool has_links;  /* other names                            */
    bool is_old_log; /* unknown, but by name: Windows XP's .evt */
};

/* Names -----------------------------------------------------------------------------------------
 */

/* The printed name of an entry of a folder. Mostly it is the end of the path, whose bytes it then
 * shares: a name costs memory once. */
static paw_str shown_below(struct paw_arena *a, paw_str folder, const char *path, const char *name)
{
    const size_t n = strlen(path), m = strlen(name);
    const size_t want = folder.n == 0 ? m : folder.n + 1 + m;
    const paw_str last = paw_evidence_print(a, paw_str_of(path + n - m));
    const bool is_plain = last.p == path + n - m;
    if (is_plain && want <= n &&
        (folder.n == 0 || memcmp(path + n - want, folder.p, folder.n) == 0))
        return (paw_str){path + n - want, want};
    if (folder.n == 0 || last.p == NULL)
        return last;
    return paw_arena_join(a, paw_arena_join(a, folder, PAW_LIT("/")), last);
}

/* The path's last component, without trailing slashes; "" for "/". */
static const char *last_component(struct paw_arena *a, const char *path)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    size_t from = n;
    while (from > 0 && path[from - 1] != '/')
        from--;
    const char *name = paw_arena_cstr(a, (paw_str){path + from, n - from});
    return name == NULL || strcmp(name, "/") == 0 ? "" : name;
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* The printed name of an argument; of what ends in dots its real one. */
static paw_str argument_name(struct paw_arena *a, const char *path)
{
    const char *name = last_component(a, path);
    char *real = is_dots(name) ? realpath(path, NULL) : NULL;
    if (real != NULL)
        name = last_component(a, real);
    free(real);
    return paw_evidence_print(a, paw_str_of(is_dots(name) ? "" : name));
}

/* Diagnostics -----------------------------------------------------------------------------------
 */

/* What and why in the room there is; of a long name the end stays, which tells files apart. */
static void put_detail(struct paw_diag *d, paw_str what, paw_str why)
{
    const size_t room = sizeof(d->detail) - 1;
    const size_t tail = why.n == 0 ? 0 : why.n + (what.n != 0 ? 2 : 0);
    const size_t most = tail < room ? room - tail : 0;
    size_t n = 0;
    if (what.n > most && most > 3) {
        size_t from = what.n - (most - 3);
        while (from < what.n && ((uint8_t)what.p[from] & 0xC0) == 0x80)
            from++;
        memcpy(d->detail, "...", 3);
        n = 3;
        what = paw_str_from(what, from);
    }
    if (what.n != 0 && what.n <= most) {
        memcpy(d->detail + n, what.p, what.n);
        n += what.n;
    }
    if (tail != 0 && tail <= room) {
        memcpy(d->detail + n, ": ", tail - why.n);
        memcpy(d->detail + n + tail - why.n, why.p, why.n);
    }
}

static bool tell(struct walk *w, enum paw_diag_code code, uint32_t source, paw_str what, int sys)
{
    struct paw_diag *d = push(&w->diags);
    if (d == NULL)
        return false;
    *d = (struct paw_diag){.code = code, .source = source, .count = 1};
    put_detail(d, what, sys == 0 ? (paw_str){0} : paw_str_of(strerror(sys)));
    return true;
}

static bool tick(struct walk *w, uint64_t files, uint64_t bytes)
{
    return w->options->tick == NULL || w->options->tick(w->options->self, files, bytes);
}

/* Walking ---------------------------------------------------------------------------------------
 */

static bool add_file(struct walk *w, const struct place *p, const struct stat *st)
{
    struct found *f = push(&w->files);
    if (f == NULL)
        return false;
    f->has_links = st->st_nlink > 1;
    f->device = st->st_dev;
    f->inode = st->st_ino;
    f->file.changed = paw_os_stamp_in(st).changed;
    f->file.path = p->path;
    f->file.source = p->shown;
    f->file.root = p->root;
    f->file.root_id = p->root_id;
    f->file.size = (uint64_t)st->st_size;
    f->file.copy_of = UINT32_MAX;
    return true;
}

static bool add_folder(struct walk *w, const struct place *p)
{
    struct place *slot = push(&w->folders);
    if (slot == NULL)
        return false;
    *slot = *p;
    return true;
}

/* Is this the top of a Windows volume: does it hold Windows/System32, in any letter case? */
static bool has_windows(int folder)
{
    bool found = false;
    DIR *d = fdopendir(dup(folder));
    if (d == NULL)
        return false;
    rewinddir(d);
    for (const struct dirent *e = readdir(d); e != NULL && !found; e = readdir(d)) {
        if (strcasecmp(e->d_name, "Windows") != 0)
            continue;
        const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        int inner = openat(folder, e->d_name, flags | O_NOATIME);
        if (inner < 0 && errno == EPERM) /* not the owner */
            inner = openat(folder, e->d_name, flags);
        DIR *w = inner < 0 ? NULL : fdopendir(inner);
        for (const struct dirent *x = w == NULL ? NULL : readdir(w); x != NULL && !found;
             x = readdir(w))
            found = strcasecmp(x->d_name, "System32") == 0;
        if (w != NULL)
            (void)closedir(w);
        else
            paw_os_close(inner);
    }
    (void)closedir(d);
    return found;
}

static bool visit(struct walk *w, const struct place *folder, int fd, const char *name)
{
    struct paw_arena *a = &w->i->arena;
    struct stat st;
    const size_t n = strlen(folder->path), m = strlen(name);
    struct place p = *folder;
    char *path = paw_arena_alloc(a, n + m + 2);
    if (path == NULL)
        return false;
    memcpy(path, folder->path, n);
    path[n] = '/';
    memcpy(path + n + 1, name, m);
    p.path = path;
    p.shown = shown_below(a, folder->shown, path, name);
    p.depth++;
    if (p.shown.p == NULL)
        return false;
    if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return tell(w, PAW_D_FILE_UNREADABLE, UINT32_MAX, p.shown, errno);
    if (n + m + 1 > PATH_BYTES_MAX)
        return tell(w, PAW_D_FILE_UNREADABLE, UINT32_MAX, p.shown, ENAMETOOLONG);
    if (S_ISDIR(st.st_mode))
        return add_folder(w, &p);
    if (S_ISREG(st.st_mode))
        return add_file(w, &p, &st);
    return tell(w, PAW_D_FILE_SKIPPED, UINT32_MAX, p.shown, 0);
}

/* What a folder is, whatever its name. */
static uint64_t identity_of(int fd)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return 0;
    return (uint64_t)st.st_ino * UINT64_C(1000003) + (uint64_t)st.st_dev;
}

static enum paw_status read_folder(struct walk *w, struct place folder)
{
    const int fd = paw_os_open_folder(folder.path, folder.depth == 0);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (d == NULL) {
        const int sys = errno;
        paw_os_close(fd);
        return tell(w, PAW_D_FILE_UNREADABLE, UINT32_MAX, folder.shown, sys) ? PAW_OK
                                                                             : PAW_E_MEMORY;
    }
    if (paw_os_is_kernel_folder(fd)) {
        (void)closedir(d);
        return tell(w, PAW_D_FILE_SKIPPED, UINT32_MAX, folder.shown, 0) ? PAW_OK : PAW_E_MEMORY;
    }
    const bool is_top = has_windows(fd);
    if (is_top)
        folder.root = folder.shown;
    if (is_top || folder.depth == 0)
        folder.root_id = identity_of(fd);
    rewinddir(d);
    bool going = true;
    errno = 0;
    for (const struct dirent *e = readdir(d); e != NULL && going; e = readdir(d)) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            going = visit(w, &folder, dirfd(d), e->d_name);
        errno = 0;
    }
    if (going && errno != 0)
        going = tell(w, PAW_D_FILE_UNREADABLE, UINT32_MAX, folder.shown, errno);
    (void)closedir(d);
    return going ? PAW_OK : PAW_E_MEMORY;
}

static enum paw_status take_argument(struct walk *w, const char *path)
{
    struct paw_arena *a = &w->i->arena;
    struct stat st;
    const paw_str name = argument_name(a, path);
    struct place p = {.root = w->several ? name : PAW_LIT("")};
    p.path = paw_arena_cstr(a, paw_str_of(path));
    if (p.path == NULL)
        return PAW_E_MEMORY;
    if (stat(path, &st) != 0) { /* an argument may be a link: the user named it */
        w->i->n_absent++;
        const int sys = errno;
        return tell(w, PAW_D_PATH_ABSENT, UINT32_MAX, paw_evidence_print(a, paw_str_of(path)), sys)
                   ? PAW_OK
                   : PAW_E_MEMORY;
    }
    if (S_ISDIR(st.st_mode)) {
        p.shown = w->several ? name : PAW_LIT("");
        return add_folder(w, &p) ? PAW_OK : PAW_E_MEMORY;
    }
    p.shown = name;
    p.root = PAW_LIT("");
    if (S_ISREG(st.st_mode)) {
        char *real = realpath(path, NULL);
        p.path = real == NULL ? p.path : paw_arena_cstr(a, paw_str_of(real));
        free(real);
        return p.path != NULL && add_file(w, &p, &st) ? PAW_OK : PAW_E_MEMORY;
    }
    return tell(w, PAW_D_FILE_SKIPPED, UINT32_MAX, p.shown, 0) ? PAW_OK : PAW_E_MEMORY;
}

static enum paw_status walk(struct walk *w, const char *const *paths, size_t n_paths)
{
    enum paw_status status = PAW_OK;
    for (size_t i = 0; status == PAW_OK && i < n_paths; i++)
        status = take_argument(w, paths[i]);
    while (status == PAW_OK && w->folders.n != 0) {
        const struct place folder = ((struct place *)w->folders.items)[--w->folders.n];
        status = read_folder(w, folder);
        if (status == PAW_OK && w->files.n - w->ticked >= TICK_FILES) {
            w->ticked = w->files.n;
            status = tick(w, w->files.n, 0) ? PAW_OK : PAW_E_INTERRUPTED;
        }
    }
    return status;
}

/* Content ---------------------------------------------------------------------------------------
 */

struct looking {
    struct found *files;
    bool hash_all;
};

/* The kind, by the first bytes, and where it is wanted now the hash of all. */
static void look(void *self, size_t i, struct paw_crowd *crowd, uint8_t *buffer)
{
    const struct looking *l = self;
    struct found *found = &l->files[i];
    struct paw_file *f = &found->file;
    if (found->is_read && (!found->needs_hash || f->has_hash))
        return;
    struct paw_content c = {
        .path = f->path,
        .changed = f->changed,
        .hashes = found->needs_hash,
        .hashes_to = l->hash_all ? PAW_CONTENT_SMALL : 0,
        .evidence = f->evidence,
        .head = found->head,
        .is_old_log = found->is_old_log,
    };
    paw_content_read(&c, crowd, buffer);
    f->size = c.size;
    f->evidence = c.evidence;
    f->sys = c.sys;
    f->has_hash = c.has_hash;
    memcpy(f->sha256, c.sha256, sizeof(f->sha256));
    found->is_old_log = c.is_old_log;
    found->head = c.head;
    found->has_changed |= c.has_changed;
    found->is_read = true;
}

static enum paw_status read_contents(struct walk *w, bool hash_all)
{
    struct looking l = {w->files.items, hash_all};
    const size_t jobs = w->options->jobs == 0 ? paw_os_processors() : w->options->jobs;
    struct paw_crowd *crowd = paw_crowd_new(w->files.n, jobs, NULL, look, &l);
    if (crowd == NULL)
        return PAW_E_MEMORY;
    const enum paw_status status = paw_crowd_end(crowd, w->options->tick, w->options->self);
    paw_crowd_free(crowd);
    return status;
}

/* Order -----------------------------------------------------------------------------------------
 */

static int by_name_then_content(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    int c = paw_str_compare(x->file.source, y->file.source);
    if (c == 0)
        c = memcmp(x->file.sha256, y->file.sha256, sizeof(x->file.sha256));
    if (c == 0)
        c = (x->file.size > y->file.size) - (x->file.size < y->file.size);
    return c != 0 ? c : strcmp(x->file.path, y->file.path);
}

static bool is_same_file(const struct found *a, const struct found *b)
{
    return a->device == b->device && a->inode == b->inode &&
           paw_str_equal(a->file.source, b->file.source);
}

static bool has_name_of(const struct found *a, const struct found *b)
{
    return paw_str_equal(a->file.source, b->file.source);
}

/* A file that was given twice is one. Files are sorted by name. */
static void drop_repeats(struct walk *w)
{
    struct found *f = w->files.items;
    size_t kept = 0, first = 0; /* of this name */
    for (size_t i = 0; i < w->files.n; i++) {
        if (kept != 0 && !has_name_of(&f[first], &f[i]))
            first = kept;
        bool again = false;
        for (size_t j = first; j < kept && !again; j++)
            again = is_same_file(&f[j], &f[i]);
        if (!again)
            f[kept++] = f[i];
    }
    w->files.n = kept;
}

/* Whether some file was named so before any was renamed; names up to n are sorted. */
static bool is_taken(const struct found *f, size_t n, paw_str name)
{
    size_t from = 0, to = n;
    while (from < to) {
        const size_t mid = from + (to - from) / 2;
        const int c = paw_str_compare(f[mid].first_name, name);
        if (c == 0)
            return true;
        from = c < 0 ? mid + 1 : from;
        to = c < 0 ? to : mid;
    }
    return false;
}

/* Equal names of several arguments get ~2, ~3 in the order of content. */
static bool part_names(struct walk *w)
{
    struct found *f = w->files.items;
    unsigned number = 1;
    bool renamed = false;
    for (size_t i = 0; i < w->files.n; i++)
        f[i].first_name = f[i].file.source;
    for (size_t i = 1; i < w->files.n; i++) {
        char text[16];
        paw_str name = f[i].first_name;
        if (!paw_str_equal(f[i - 1].first_name, name)) {
            number = 1;
            continue;
        }
        do {
            if (snprintf(text, sizeof(text), "~%u", ++number) < 0)
                return false;
            name = paw_arena_join(&w->i->arena, f[i].first_name, paw_str_of(text));
        } while (name.p != NULL && is_taken(f, w->files.n, name));
        if (name.p == NULL)
            return false;
        f[i].file.source = name;
        renamed = true;
    }
    if (renamed)
        qsort(f, w->files.n, sizeof(*f), by_name_then_content);
    return true;
}

static int by_beginning(const void *a, const void *b)
{
    const struct found *x = *(struct found *const *)a, *y = *(struct found *const *)b;
    if (x->file.evidence != y->file.evidence)
        return x->file.evidence < y->file.evidence ? -1 : 1;
    if (x->file.size != y->file.size)
        return x->file.size < y->file.size ? -1 : 1;
    return (x->head > y->head) - (x->head < y->head);
}

/* Files of evidence that may be copies of each other, by kind, size and beginning: only they need
 * their hash before they are read. False: no memory. */
static bool ask_for_copies(struct walk *w, bool *is_needed)
{
    struct found *f = w->files.items, **order = calloc(w->files.n + 1, sizeof(struct found *));
    size_t n = 0;
    if (order == NULL)
        return false;
    for (size_t i = 0; i < w->files.n; i++)
        if (f[i].file.sys == 0 && f[i].file.evidence != PAW_EVIDENCE_UNKNOWN)
            order[n++] = &f[i];
    qsort(order, n, sizeof(struct found *), by_beginning);
    for (size_t i = 0; i + 1 < n; i++)
        if (by_beginning(&order[i], &order[i + 1]) == 0)
            order[i]->needs_hash = order[i + 1]->needs_hash = *is_needed = true;
    free(order);
    return true;
}

/* Files whose names clash need a hash even when none was asked for: it parts them. */
static enum paw_status hash_early(struct walk *w)
{
    struct found *f = w->files.items;
    bool is_needed = false;
    for (size_t i = 0; i + 1 < w->files.n; i++)
        if (has_name_of(&f[i], &f[i + 1]) && !is_same_file(&f[i], &f[i + 1]))
            f[i].needs_hash = f[i + 1].needs_hash = is_needed = true;
    if (!w->options->no_hash && !ask_for_copies(w, &is_needed))
        return PAW_E_MEMORY;
    if (!is_needed)
        return PAW_OK;
    const enum paw_status status = read_contents(w, false);
    qsort(f, w->files.n, sizeof(*f), by_name_then_content);
    return status;
}

/* Of a hive, its logs are a part of what it says. */
struct content {
    const struct paw_inventory *i;
    uint32_t number;
};

static int compare_content(const struct content *x, const struct content *y)
{
    const struct paw_file *f = &x->i->files[x->number], *g = &y->i->files[y->number];
    int c = f->evidence != g->evidence ? (f->evidence < g->evidence ? -1 : 1) : 0;
    if (c == 0)
        c = memcmp(f->sha256, g->sha256, sizeof(f->sha256));
    for (size_t k = 0; c == 0 && k < PAW_COUNT_OF(f->logs); k++) {
        const uint32_t a = f->logs[k], b = g->logs[k];
        if (a == UINT32_MAX || b == UINT32_MAX)
            c = (a != UINT32_MAX) - (b != UINT32_MAX);
        else if (!x->i->files[a].has_hash || !x->i->files[b].has_hash) /* no other begins so */
            c = (a > b) - (a < b);
        else
            c = memcmp(x->i->files[a].sha256, x->i->files[b].sha256, sizeof(f->sha256));
    }
    return c;
}

static int by_content(const void *a, const void *b)
{
    const struct content *x = a, *y = b;
    const int c = compare_content(x, y);
    return c != 0 ? c : (x->number > y->number) - (x->number < y->number);
}

static bool find_copies(struct paw_inventory *i)
{
    struct content *order = calloc(i->n_files + 1, sizeof(*order));
    size_t n = 0;
    for (size_t j = 0; order != NULL && j < i->n_files; j++)
        if (i->files[j].has_hash && i->files[j].evidence != PAW_EVIDENCE_UNKNOWN &&
            i->files[j].evidence != PAW_EVIDENCE_EMPTY)
            order[n++] = (struct content){i, (uint32_t)j};
    if (order == NULL)
        return false;
    qsort(order, n, sizeof(*order), by_content);
    for (size_t j = 1, first = 0; j < n; j++) {
        if (compare_content(&order[j], &order[first]) != 0)
            first = j;
        else
            i->files[order[j].number].copy_of = order[first].number;
    }
    free(order);
    return true;
}

struct linked {
    dev_t device;
    ino_t inode;
    uint32_t number;
};

static int by_inode(const void *a, const void *b)
{
    const struct linked *x = a, *y = b;
    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    if (x->inode != y->inode)
        return x->inode < y->inode ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* Logs with several names, where no hash tells that they are one. (Of a hive, the logs beside it
 * count as well, and they have names of their own.) */
static bool find_links(struct walk *w)
{
    struct found *f = w->files.items;
    struct list links = {.size = sizeof(struct linked)};
    for (uint32_t j = 0; j < w->files.n; j++) {
        if (f[j].file.has_hash || !f[j].has_links || f[j].file.evidence != PAW_EVIDENCE_EVTX)
            continue;
        struct linked *l = push(&links);
        if (l == NULL) {
            free(links.items);
            return false;
        }
        *l = (struct linked){f[j].device, f[j].inode, j};
    }
    const struct linked *l = links.items;
    if (links.n != 0)
        qsort(links.items, links.n, sizeof(*l), by_inode);
    for (size_t j = 1, first = 0; j < links.n; j++) {
        if (l[j].device != l[first].device || l[j].inode != l[first].inode)
            first = j;
        else
            f[l[j].number].file.copy_of = l[first].number;
    }
    free(links.items);
    return true;
}

/* The list of what was found becomes the list of files, in its place. */
static bool publish(struct walk *w)
{
    struct paw_inventory *i = w->i;
    struct found *f = w->files.items;
    for (size_t j = 0; j < w->files.n; j++) {
        const struct found one = f[j];
        i->bytes += one.file.size;
        if (one.file.sys != 0 &&
            !tell(w, PAW_D_FILE_UNREADABLE, (uint32_t)j, (paw_str){0}, one.file.sys))
            return false;
        if (one.is_old_log && !tell(w, PAW_D_FILE_UNKNOWN, (uint32_t)j,
                                    PAW_LIT("event log of Windows XP or 2003 (.evt)"), 0))
            return false;
        if (one.has_changed &&
            !tell(w, PAW_D_FILE_CHANGED, (uint32_t)j, PAW_LIT("while hashing"), 0))
            return false;
        memcpy((struct paw_file *)w->files.items + j, &one.file, sizeof(one.file));
    }
    struct paw_file *files = w->files.items;
    i->n_files = w->files.n;
    w->files.items = NULL;
    if (i->n_files != 0) {
        struct paw_file *less = realloc(files, i->n_files * sizeof(*files));
        files = less == NULL ? files : less;
    }
    i->files = files;
    i->diags = paw_arena_array(&i->arena, w->diags.n, sizeof(*i->diags));
    if (i->diags == NULL)
        return false;
    if (w->diags.n != 0)
        memcpy(i->diags, w->diags.items, w->diags.n * sizeof(*i->diags));
    i->n_diags = w->diags.n;
    return paw_inventory_pair(i) && find_copies(i);
}

enum paw_status paw_inventory_walk(const char *const *paths, size_t n_paths,
                                   const struct paw_inventory_options *options,
                                   struct paw_inventory *ret, struct paw_error *err)
{
    struct walk w = {
        .i = ret,
        .options = options,
        .folders.size = sizeof(struct place),
        .files.size = sizeof(struct found),
        .diags.size = sizeof(struct paw_diag),
        .several = n_paths > 1,
    };
    *ret = (struct paw_inventory){0};
    paw_arena_init(&ret->arena, SIZE_MAX);
    enum paw_status status = walk(&w, paths, n_paths);
    if (status == PAW_OK)
        status = read_contents(&w, !options->no_hash);
    if (w.files.n != 0) {
        qsort(w.files.items, w.files.n, sizeof(struct found), by_name_then_content);
        drop_repeats(&w);
    }
    if (status == PAW_OK)
        status = hash_early(&w);
    if ((status == PAW_OK || status == PAW_E_INTERRUPTED) &&
        (!part_names(&w) || !find_links(&w) || !publish(&w)))
        status = paw_fail(err, PAW_E_MEMORY, 0, "taking the inventory");
    free(w.folders.items);
    free(w.files.items);
    free(w.diags.items);
    return status == PAW_OK && ret->n_files == 0 ? PAW_E_ABSENT : status;
}

void paw_inventory_finish(struct paw_inventory *i)
{
    paw_arena_finish(&i->arena);
    free(i->files);
    *i = (struct paw_inventory){0};
}
