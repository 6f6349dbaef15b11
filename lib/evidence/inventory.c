/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Phase 0: what was given. See inventory.h.
 *
 * Folders wait in a list, so depth costs no stack and one descriptor is open at a time. Only
 * regular files are opened; symbolic links are not followed below an argument: what they point at
 * inside the root has a path of its own. A file costs its path, once, and a struct paw_file: its
 * printed name is the end of the path unless something in it must be escaped.
 */
#define _GNU_SOURCE /* realpath */
#include "evidence/inventory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pthread.h>

#include "core/os.h"
#include "core/sha256.h"
#include "core/str.h"

enum {
    HEAD = 8192, /* enough for every magic                        */
    READ = 256 * 1024,
    PATH_BYTES_MAX = 4 * 32768, /* the longest path of Windows, in UTF-8       */
    THREADS_MAX = 16,
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

/* A folder still to be read, or an argument. */
struct place {
    char *path;   /* to open; owned                                  */
    size_t shown; /* where the printed name begins in path and below */
    paw_str root; /* printed collection root                         */
    bool is_argument;
};

struct walk {
    struct paw_inventory *i;
    const struct paw_inventory_options *options;
    struct list folders; /* struct place    */
    struct list files;   /* struct paw_file */
    struct list diags;   /* struct paw_diag */
    bool several;        /* arguments       */
    uint64_t ticked;
};

/* Diagnostics
 * -------------------------------------------------------------------------------------- */

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

/* Of a path that has no place in the inventory. */
static bool tell_path(struct walk *w, enum paw_diag_code code, const char *path, int sys)
{
    struct paw_arena own;
    paw_arena_init(&own, SIZE_MAX);
    const bool told = tell(w, code, UINT32_MAX, paw_evidence_print(&own, paw_str_of(path)), sys);
    paw_arena_finish(&own);
    return told;
}

static bool tick(struct walk *w, uint64_t files, uint64_t bytes)
{
    return w->options->tick == NULL || w->options->tick(w->options->self, files, bytes);
}

/* Walking
 * ------------------------------------------------------------------------------------------ */

/* path is the arena's. */
static bool add_file(struct walk *w, const char *path, size_t shown, paw_str root,
                     const struct stat *st)
{
    struct paw_file *f = w->files.n < UINT32_MAX ? push(&w->files) : NULL;
    if (f == NULL)
        return false;
    f->path = path;
    f->source = paw_evidence_print(&w->i->arena, paw_str_of(path + shown));
    f->root = root;
    f->size = (uint64_t)st->st_size;
    f->has_links = st->st_nlink > 1;
    f->copy_of = UINT32_MAX;
    return f->source.p != NULL;
}

/* Takes path over. */
static bool add_folder(struct walk *w, struct place p)
{
    struct place *slot = push(&w->folders);
    if (slot == NULL) {
        free(p.path);
        return false;
    }
    *slot = p;
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
        const int inner =
            openat(folder, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
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

static char *path_below(const struct place *folder, const char *name)
{
    const size_t n = strlen(folder->path), m = strlen(name);
    char *path = malloc(n + m + 2);
    if (path == NULL)
        return NULL;
    memcpy(path, folder->path, n);
    path[n] = '/';
    memcpy(path + n + 1, name, m + 1);
    return path;
}

static bool visit(struct walk *w, const struct place *folder, int fd, const char *name)
{
    struct stat st = {0};
    struct place p = *folder;
    p.is_argument = false;
    p.path = path_below(folder, name);
    if (p.path == NULL)
        return false;
    const int sys = strlen(p.path) > PATH_BYTES_MAX                    ? ENAMETOOLONG
                    : fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ? errno
                                                                       : 0;
    if (sys == 0 && S_ISDIR(st.st_mode))
        return add_folder(w, p);
    bool going = true;
    if (sys == 0 && S_ISREG(st.st_mode)) {
        const char *kept = paw_arena_cstr(&w->i->arena, paw_str_of(p.path));
        going = kept != NULL && add_file(w, kept, p.shown, p.root, &st);
    } else {
        going = tell_path(w, sys != 0 ? PAW_D_FILE_UNREADABLE : PAW_D_FILE_SKIPPED,
                          p.path + p.shown, sys);
    }
    free(p.path);
    return going;
}

static bool set_root(struct walk *w, struct place *folder)
{
    const size_t n = strlen(folder->path);
    const paw_str shown =
        paw_str_of(folder->path + (folder->shown < n ? folder->shown : n)); /* "": the argument */
    folder->root = paw_arena_str(&w->i->arena, paw_evidence_print(&w->i->arena, shown));
    return folder->root.p != NULL;
}

static const char *shown_of(const struct place *p)
{
    const size_t n = strlen(p->path);
    return p->shown < n ? p->path + p->shown : p->path;
}

static enum paw_status read_folder(struct walk *w, struct place *folder)
{
    const char *path = folder->path[0] == '\0' ? "/" : folder->path;
    const int fd = paw_os_open_folder(path, folder->is_argument);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (d == NULL) {
        const int sys = errno;
        paw_os_close(fd);
        return tell_path(w, PAW_D_FILE_UNREADABLE, shown_of(folder), sys) ? PAW_OK : PAW_E_MEMORY;
    }
    bool going = true;
    if (paw_os_is_kernel_folder(fd)) {
        going = tell_path(w, PAW_D_FILE_SKIPPED, shown_of(folder), 0);
        (void)closedir(d);
        return going ? PAW_OK : PAW_E_MEMORY;
    }
    if (has_windows(fd))
        going = set_root(w, folder);
    rewinddir(d);
    errno = 0;
    for (const struct dirent *e = readdir(d); e != NULL && going; e = readdir(d)) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            going = visit(w, folder, dirfd(d), e->d_name);
        errno = 0;
    }
    if (going && errno != 0)
        going = tell_path(w, PAW_D_FILE_UNREADABLE, shown_of(folder), errno);
    (void)closedir(d);
    return going ? PAW_OK : PAW_E_MEMORY;
}

static bool ends_in_dots(const char *path)
{
    const char *last = strrchr(path, '/');
    last = last == NULL ? path : last + 1;
    return strcmp(last, ".") == 0 || strcmp(last, "..") == 0;
}

/* The argument without trailing slashes ("" for the root of all); what ends in dots by its real
 * name, since it is named after that. */
static char *argument_path(const char *path)
{
    size_t n = strlen(path);
    while (n > 0 && path[n - 1] == '/')
        n--;
    char *copy = malloc(n + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, path, n);
    copy[n] = '\0';
    char *real = ends_in_dots(copy) ? realpath(copy, NULL) : NULL;
    if (real == NULL)
        return copy;
    free(copy);
    if (strcmp(real, "/") == 0)
        real[0] = '\0';
    return real;
}

static bool take_folder(struct walk *w, char *path)
{
    const char *last = strrchr(path, '/');
    const size_t name = last == NULL ? 0 : (size_t)(last + 1 - path);
    struct place p = {
        .path = path,
        .shown = w->several && path[name] != '\0' ? name : strlen(path) + 1,
        .root = PAW_LIT(""),
        .is_argument = true,
    };
    if (w->several && !set_root(w, &p)) {
        free(path);
        return false;
    }
    return add_folder(w, p);
}

/* The user named it: it may be a link, which is followed once. */
static bool take_file(struct walk *w, const char *path, const struct stat *st)
{
    struct paw_arena *a = &w->i->arena;
    char *real = realpath(path, NULL);
    const char *last = strrchr(path, '/');
    const size_t name = last == NULL ? 0 : (size_t)(last + 1 - path);
    const char *kept = paw_arena_cstr(a, paw_str_of(path));
    const char *opened = real == NULL ? kept : paw_arena_cstr(a, paw_str_of(real));
    free(real);
    if (kept == NULL || opened == NULL || !add_file(w, kept, name, PAW_LIT(""), st))
        return false;
    ((struct paw_file *)w->files.items)[w->files.n - 1].path = opened;
    return true;
}

static bool take_argument(struct walk *w, const char *given)
{
    struct stat st;
    if (stat(given, &st) != 0) {
        w->i->n_absent++;
        return tell_path(w, PAW_D_PATH_ABSENT, given, errno);
    }
    char *path = argument_path(given);
    if (path == NULL)
        return false;
    if (S_ISDIR(st.st_mode))
        return take_folder(w, path);
    const bool going =
        S_ISREG(st.st_mode) ? take_file(w, path, &st) : tell_path(w, PAW_D_FILE_SKIPPED, path, 0);
    free(path);
    return going;
}

static enum paw_status walk(struct walk *w, const char *const *paths, size_t n_paths)
{
    enum paw_status status = PAW_OK;
    for (size_t i = 0; status == PAW_OK && i < n_paths; i++)
        status = take_argument(w, paths[i]) ? PAW_OK : PAW_E_MEMORY;
    while (w->folders.n != 0) {
        struct place folder = ((struct place *)w->folders.items)[--w->folders.n];
        if (status == PAW_OK)
            status = read_folder(w, &folder);
        free(folder.path);
        if (status == PAW_OK && w->files.n - w->ticked >= TICK_FILES) {
            w->ticked = w->files.n;
            status = tick(w, w->files.n, 0) ? PAW_OK : PAW_E_INTERRUPTED;
        }
    }
    return status;
}

/* Content
 * ------------------------------------------------------------------------------------------ */

struct hashing {
    struct paw_file *files;
    size_t n;
    bool hash_all;
    atomic_size_t next;
    atomic_uint_fast64_t bytes;
    atomic_bool stop;
};

/* Reads at most the bytes that were there when it was opened: a log that is being written, or a
 * file of the kernel, may have no end. */
static void read_open(struct hashing *h, struct paw_file *f, int fd, uint8_t *buffer)
{
    struct paw_error err = {0};
    struct paw_sha256 sha;
    uint64_t at = 0;
    const uint64_t all = h->hash_all || f->size < HEAD ? f->size : HEAD;
    paw_sha256_begin(&sha);
    for (;;) {
        size_t got = 0;
        const uint64_t left = all - at;
        const size_t want = left < READ ? (size_t)left : READ;
        if (want == 0 || atomic_load(&h->stop))
            break;
        if (paw_os_read_at(fd, at, buffer, want, &got, &err) != PAW_OK) {
            f->sys = err.sys != 0 ? err.sys : EIO;
            break;
        }
        if (at == 0) {
            f->evidence = paw_evidence_of((paw_bytes){buffer, got}, f->size);
            f->is_old_log = paw_evidence_is_old_log((paw_bytes){buffer, got});
        }
        paw_sha256_add(&sha, (paw_bytes){buffer, got});
        at += got;
        atomic_fetch_add(&h->bytes, got);
        if (got < want)
            break;
    }
    if (f->size == 0)
        f->evidence = PAW_EVIDENCE_EMPTY;
    const bool is_whole = at == all && f->sys == 0;
    f->is_changed =
        f->sys == 0 && !atomic_load(&h->stop) && (!is_whole || paw_os_size(fd) != f->size);
    f->has_hash = paw_sha256_end(&sha, f->sha256) && h->hash_all && is_whole;
}

static void read_content(struct hashing *h, struct paw_file *f, uint8_t *buffer)
{
    struct paw_error err = {0};
    int fd = -1;
    if (paw_os_open_evidence(f->path, &fd, &f->size, &err) != PAW_OK) {
        f->sys = err.sys != 0 ? err.sys : EINVAL;
        return;
    }
    read_open(h, f, fd, buffer);
    paw_os_close(fd);
}

static void *hash_some(void *self)
{
    struct hashing *h = self;
    uint8_t *buffer = malloc(READ);
    for (size_t i = 0; buffer != NULL; read_content(h, &h->files[i], buffer)) {
        i = atomic_fetch_add(&h->next, 1);
        if (i >= h->n || atomic_load(&h->stop))
            break;
    }
    free(buffer);
    return buffer == NULL ? self : NULL;
}

static enum paw_status read_contents(struct walk *w, struct paw_file *files, size_t n,
                                     bool hash_all)
{
    struct hashing h = {.files = files, .n = n, .hash_all = hash_all};
    pthread_t threads[THREADS_MAX];
    size_t started = 0;
    const size_t jobs = w->options->jobs == 0 ? paw_os_processors() : w->options->jobs;
    while (started < THREADS_MAX && started < jobs && started < n &&
           pthread_create(&threads[started], NULL, hash_some, &h) == 0)
        started++;
    bool going = true;
    void *failed = started == 0 && n != 0 ? hash_some(&h) : NULL;
    while (started != 0 && going && atomic_load(&h.next) < n) {
        const struct timespec pause = {.tv_nsec = 20000000};
        (void)nanosleep(&pause, NULL);
        const size_t done = atomic_load(&h.next);
        going = tick(w, done < n ? done : n, atomic_load(&h.bytes));
    }
    if (!going)
        atomic_store(&h.stop, true);
    for (size_t i = 0; i < started; i++) {
        void *result = NULL;
        if (pthread_join(threads[i], &result) != 0 || result != NULL)
            failed = &h;
    }
    return failed != NULL ? PAW_E_MEMORY : going ? PAW_OK : PAW_E_INTERRUPTED;
}

/* Order
 * -------------------------------------------------------------------------------------------- */

static int by_content(const struct paw_file *x, const struct paw_file *y)
{
    const int c = memcmp(x->sha256, y->sha256, sizeof(x->sha256));
    return c != 0 ? c : (x->size > y->size) - (x->size < y->size);
}

static int by_name_then_content(const void *a, const void *b)
{
    const struct paw_file *x = a, *y = b;
    int c = paw_str_compare(x->source, y->source);
    if (c == 0)
        c = by_content(x, y);
    return c != 0 ? c : strcmp(x->path, y->path);
}

/* How many from i on have one name. */
static size_t same_name(const struct paw_file *f, size_t i, size_t n)
{
    size_t j = i + 1;
    while (j < n && paw_str_equal(f[i].source, f[j].source))
        j++;
    return j - i;
}

static bool is_same_file(const struct paw_file *a, const struct paw_file *b)
{
    struct paw_os_identity x, y;
    return paw_os_identity(a->path, &x) && paw_os_identity(b->path, &y) && x.device == y.device &&
           x.inode == y.inode;
}

/* A file that was given twice is one. Its two entries have one name and one content. */
static void drop_repeats(struct walk *w)
{
    struct paw_file *f = w->files.items;
    size_t kept = 0;
    for (size_t i = 0, n = 0; i < w->files.n; i += n) {
        const size_t first = kept;
        n = same_name(f, i, w->files.n);
        for (size_t j = i; j < i + n; j++) {
            bool again = false;
            for (size_t k = kept; k > first && !again && by_content(&f[k - 1], &f[j]) == 0; k--)
                again = is_same_file(&f[k - 1], &f[j]);
            if (!again)
                f[kept++] = f[j];
        }
    }
    w->files.n = kept;
}

/* Files whose names clash need a hash even when none was asked for: it parts them. */
static enum paw_status hash_clashes(struct walk *w)
{
    struct paw_file *f = w->files.items;
    enum paw_status status = PAW_OK;
    for (size_t i = 0, n = 0; i < w->files.n && status == PAW_OK; i += n) {
        n = same_name(f, i, w->files.n);
        if (n > 1 && !f[i].has_hash)
            status = read_contents(w, &f[i], n, true);
    }
    qsort(f, w->files.n, sizeof(*f), by_name_then_content);
    return status;
}

static bool is_taken(const struct walk *w, paw_str name)
{
    const struct paw_file *f = w->files.items;
    size_t lo = 0, hi = w->files.n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        const int c = paw_str_compare(f[mid].source, name);
        if (c == 0)
            return true;
        lo = c < 0 ? mid + 1 : lo;
        hi = c < 0 ? hi : mid;
    }
    return false;
}

struct other_name {
    size_t file;
    paw_str name;
};

/* Names NAME~2, NAME~3, … that no file has, for all but the first of n files called NAME. */
static bool name_others(struct walk *w, size_t first, size_t n, struct list *names)
{
    const paw_str name = ((struct paw_file *)w->files.items)[first].source;
    unsigned number = 2;
    for (size_t i = first + 1; i < first + n; number++) {
        char tail[16];
        if (snprintf(tail, sizeof(tail), "~%u", number) < 0)
            return false;
        const paw_str other = paw_arena_join(&w->i->arena, name, paw_str_of(tail));
        if (other.p == NULL)
            return false;
        if (is_taken(w, other))
            continue;
        struct other_name *o = push(names);
        if (o == NULL)
            return false;
        *o = (struct other_name){i++, other};
    }
    return true;
}

/* Equal names of several arguments get ~2, ~3 in the order of content. */
static bool part_names(struct walk *w)
{
    struct list names = {.size = sizeof(struct other_name)};
    struct paw_file *f = w->files.items;
    bool going = true;
    for (size_t i = 0, n = 0; i < w->files.n && going; i += n) {
        n = same_name(f, i, w->files.n);
        going = n == 1 || name_others(w, i, n, &names);
    }
    for (size_t i = 0; i < names.n && going; i++) {
        const struct other_name *o = (const struct other_name *)names.items + i;
        f[o->file].source = o->name;
    }
    if (names.n != 0)
        qsort(f, w->files.n, sizeof(*f), by_name_then_content);
    free(names.items);
    return going;
}

static bool is_worth_reading(const struct paw_file *f)
{
    return f->evidence != PAW_EVIDENCE_UNKNOWN && f->evidence != PAW_EVIDENCE_EMPTY;
}

static int by_hash(const void *a, const void *b)
{
    const struct paw_file *x = *(const struct paw_file *const *)a;
    const struct paw_file *y = *(const struct paw_file *const *)b;
    const int c = memcmp(x->sha256, y->sha256, sizeof(x->sha256));
    if (c != 0)
        return c;
    return (x > y) - (x < y); /* both in the one array, in canonical order */
}

static bool find_copies(struct paw_inventory *i)
{
    struct paw_file **order = calloc(i->n_files + 1, sizeof(*order));
    size_t n = 0;
    for (size_t j = 0; order != NULL && j < i->n_files; j++)
        if (i->files[j].has_hash && is_worth_reading(&i->files[j]))
            order[n++] = &i->files[j];
    if (order == NULL)
        return false;
    qsort(order, n, sizeof(struct paw_file *), by_hash);
    for (size_t j = 1, first = 0; j < n; j++) {
        if (by_content(order[j], order[first]) != 0)
            first = j;
        else
            order[j]->copy_of = (uint32_t)(order[first] - i->files);
    }
    free(order);
    return true;
}

struct linked {
    struct paw_os_identity identity;
    size_t file;
};

static int by_identity(const void *a, const void *b)
{
    const struct linked *x = a, *y = b;
    if (x->identity.device != y->identity.device)
        return x->identity.device < y->identity.device ? -1 : 1;
    if (x->identity.inode != y->identity.inode)
        return x->identity.inode < y->identity.inode ? -1 : 1;
    return (x->file > y->file) - (x->file < y->file);
}

/* Hard links, where no hash tells of them. */
static bool find_links(struct paw_inventory *i)
{
    struct list links = {.size = sizeof(struct linked)};
    for (size_t j = 0; j < i->n_files; j++) {
        const struct paw_file *f = &i->files[j];
        struct linked l = {.file = j};
        if (f->has_hash || !f->has_links || !is_worth_reading(f) ||
            !paw_os_identity(f->path, &l.identity))
            continue;
        struct linked *slot = push(&links);
        if (slot == NULL) {
            free(links.items);
            return false;
        }
        *slot = l;
    }
    const struct linked *l = links.items;
    if (links.n != 0)
        qsort(links.items, links.n, sizeof(struct linked), by_identity);
    for (size_t j = 1, first = 0; j < links.n; j++) {
        if (l[j].identity.device != l[first].identity.device ||
            l[j].identity.inode != l[first].identity.inode)
            first = j;
        else
            i->files[l[j].file].copy_of = (uint32_t)l[first].file;
    }
    free(links.items);
    return true;
}

static bool tell_of(struct walk *w, uint32_t number, const struct paw_file *f)
{
    bool going = true;
    if (f->sys != 0)
        going = tell(w, PAW_D_FILE_UNREADABLE, number, (paw_str){0}, f->sys);
    else if (f->is_changed)
        going = tell(w, PAW_D_FILE_CHANGED, number, PAW_LIT("while it was hashed"), 0);
    if (going && f->is_old_log)
        going = tell(w, PAW_D_FILE_UNKNOWN, number,
                     PAW_LIT("event log of Windows XP or 2003 (.evt)"), 0);
    return going;
}

static int by_detail(const void *a, const void *b)
{
    const struct paw_diag *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    if (x->code != y->code)
        return x->code < y->code ? -1 : 1;
    return strcmp(x->detail, y->detail);
}

static bool publish(struct walk *w)
{
    struct paw_inventory *i = w->i;
    i->files = w->files.items;
    i->n_files = w->files.n;
    w->files = (struct list){0};
    for (size_t j = 0; j < i->n_files; j++) {
        i->bytes += i->files[j].sys == 0 ? i->files[j].size : 0;
        if (!tell_of(w, (uint32_t)j, &i->files[j]))
            return false;
    }
    i->diags = paw_arena_array(&i->arena, w->diags.n, sizeof(*i->diags));
    if (i->diags == NULL)
        return false;
    if (w->diags.n != 0)
        memcpy(i->diags, w->diags.items, w->diags.n * sizeof(*i->diags));
    i->n_diags = w->diags.n;
    if (i->n_diags != 0)
        qsort(i->diags, i->n_diags, sizeof(*i->diags), by_detail);
    return find_copies(i) && find_links(i);
}

enum paw_status paw_inventory_walk(const char *const *paths, size_t n_paths,
                                   const struct paw_inventory_options *options,
                                   struct paw_inventory *ret, struct paw_error *err)
{
    struct walk w = {
        .i = ret,
        .options = options,
        .folders.size = sizeof(struct place),
        .files.size = sizeof(struct paw_file),
        .diags.size = sizeof(struct paw_diag),
        .several = n_paths > 1,
    };
    *ret = (struct paw_inventory){0};
    paw_arena_init(&ret->arena, SIZE_MAX);
    enum paw_status status = walk(&w, paths, n_paths);
    if (status == PAW_OK)
        status = read_contents(&w, w.files.items, w.files.n, !options->no_hash);
    if (w.files.n != 0)
        qsort(w.files.items, w.files.n, sizeof(struct paw_file), by_name_then_content);
    drop_repeats(&w);
    if (status == PAW_OK && w.several)
        status = hash_clashes(&w);
    if ((status == PAW_OK || status == PAW_E_INTERRUPTED) && (!part_names(&w) || !publish(&w)))
        status = PAW_E_MEMORY;
    if (status == PAW_E_MEMORY)
        (void)paw_fail(err, status, 0, "taking the inventory");
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
