/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of a suppress file made of findings (docs/suppress.md). A report is read as anybody's. */
#include "suppress.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/json.h"
#include "core/json_read.h"
#include "core/os.h"
#include "core/str.h"
#include "given.h"

enum {
    LINE_MAX_BYTES = 64 << 20, /* of a finding: some hundred records with texts of 64 KiB */
    ARENA_BYTES = 256 << 20,
    READ_BYTES = 256 << 10,
    MADE_MAX = 1 << 20, /* what lib/given.c reads again */
};

#define REPORT_NAME "timeline.jsonl"

/* What entries are made of. */
struct seen {
    paw_str id, host, binary, image, parent_image, object, command_line, signer;
    paw_str behaviours[PAW_SUPPRESS_BEHAVIOURS_MAX];
    size_t n_behaviours;
    bool has_more_behaviours, has_unsigned; /* a module that nobody, or another one, signed */
    struct {
        paw_str role, is_signed, status, signer, loaded;
    } record; /* of the evidence, that is being read */
};

struct made {
    struct paw_buffer entry; /* of the finding that the id fits */
    size_t n;                /* findings that it fits           */
    bool is_exact;
};

struct make {
    const struct paw_suppress_wish *wish;
    struct made *made; /* by id of the wish */
    struct paw_arena arena;
    struct paw_buffer line;
    uint64_t number; /* of the line, from 1 */
    char *message;
};

PAW_PRINTF(2, 3)
static enum paw_status refuse(struct make *m, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(m->message, 512, format, args); /* cut is good enough */
    va_end(args);
    return PAW_E_USAGE;
}

/* Reading a finding ------------------------------------------------------------------------------
 */

/* A text that a member is taken to; other values are stepped over. */
struct slot {
    const char *key;
    size_t at; /* offset in struct seen */
};

static enum paw_status take_slot(struct seen *seen, struct paw_json_reader *r, paw_str key,
                                 const struct slot *slots, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (paw_str_equal(key, paw_str_of(slots[i].key)) && paw_given_is(r, "\""))
            return paw_json_take_string(r, (paw_str *)(void *)((char *)seen + slots[i].at));
    return paw_json_skip(r);
}

static enum paw_status take_parent(void *self, struct paw_json_reader *r, paw_str key, size_t at)
{
    static const struct slot slots[] = {{"image", offsetof(struct seen, parent_image)}};
    (void)at;
    return take_slot(self, r, key, slots, PAW_COUNT_OF(slots));
}

static enum paw_status take_process(void *self, struct paw_json_reader *r, paw_str key, size_t at)
{
    static const struct slot slots[] = {{"image", offsetof(struct seen, image)},
                                        {"command_line", offsetof(struct seen, command_line)}};
    (void)at;
    if (paw_str_equal(key, PAW_LIT("parent")) && paw_given_is(r, "{"))
        return paw_json_walk_object(r, take_parent, self);
    return take_slot(self, r, key, slots, PAW_COUNT_OF(slots));
}

static enum paw_status take_proxy(void *self, struct paw_json_reader *r, paw_str key, size_t at)
{
    static const struct slot slots[] = {{"binary", offsetof(struct seen, binary)},
                                        {"object", offsetof(struct seen, object)}};
    (void)at;
    return take_slot(self, r, key, slots, PAW_COUNT_OF(slots));
}

static enum paw_status take_held(void *self, struct paw_json_reader *r, paw_str key, size_t at)
{
    struct seen *seen = self;
    (void)at;
    if (!paw_str_equal(key, PAW_LIT("id")) || !paw_given_is(r, "\""))
        return paw_json_skip(r);
    if (seen->n_behaviours == PAW_COUNT_OF(seen->behaviours)) {
        seen->has_more_behaviours = true;
        return paw_json_skip(r);
    }
    return paw_json_take_string(r, &seen->behaviours[seen->n_behaviours++]);
}

static enum paw_status take_behaviour(void *self, struct paw_json_reader *r, size_t at)
{
    (void)at;
    return paw_json_walk_object(r, take_held, self);
}

static enum paw_status take_fields(void *self, struct paw_json_reader *r, paw_str key, size_t at)
{
    static const struct slot slots[] = {{"Signed", offsetof(struct seen, record.is_signed)},
                                        {"SignatureStatus", offsetof(struct seen, record.status)},
                                        {"Signature", offsetof(struct seen, record.signer)},
                                        {"ImageLoaded", offsetof(struct seen, record.loaded)}};
    (void)at;
    return take_slot(self, r, key, slots, PAW_COUNT_OF(slots));
}

static enum paw_status take_record(void *self, struct paw_json_reader *r, paw_str key, size_t at)
{
    static const struct slot slots[] = {{"role", offsetof(struct seen, record.role)}};
    (void)at;
    if (paw_str_equal(key, PAW_LIT("fields")) && paw_given_is(r, "{"))
        return paw_json_walk_object(r, take_fields, self);
    return take_slot(self, r, key, slots, PAW_COUNT_OF(slots));
}

/* As the findings of a scan are looked at: lib/suppress_match.c. */
static enum paw_status take_evidence(void *self, struct paw_json_reader *r, size_t at)
{
    struct seen *seen = self;
    (void)at;
    memset(&seen->record, 0, sizeof(seen->record));
    const enum paw_status status = paw_json_walk_object(r, take_record, seen);
    const bool is_module = paw_str_equal(seen->record.role, PAW_LIT("module")) ||
                           seen->record.loaded.p != NULL || seen->record.is_signed.p != NULL;
    const paw_str signer = seen->record.signer;
    if (!is_module)
        return status;
    if (!paw_str_same_name(seen->record.is_signed, PAW_LIT("true")) ||
        !paw_str_same_name(seen->record.status, PAW_LIT("valid")) || signer.n == 0 ||
        (seen->signer.n != 0 && !paw_str_same_name(seen->signer, signer)))
        seen->has_unsigned = true;
    seen->signer = signer;
    return status;
}

static enum paw_status take_member(void *self, struct paw_json_reader *r, paw_str key, size_t at)
{
    static const struct slot slots[] = {{"id", offsetof(struct seen, id)},
                                        {"host", offsetof(struct seen, host)}};
    (void)at;
    if (paw_str_equal(key, PAW_LIT("process")) && paw_given_is(r, "{"))
        return paw_json_walk_object(r, take_process, self);
    if (paw_str_equal(key, PAW_LIT("proxy")) && paw_given_is(r, "{"))
        return paw_json_walk_object(r, take_proxy, self);
    if (paw_str_equal(key, PAW_LIT("behaviours")) && paw_given_is(r, "["))
        return paw_json_walk_array(r, take_behaviour, self);
    if (paw_str_equal(key, PAW_LIT("evidence")) && paw_given_is(r, "["))
        return paw_json_walk_array(r, take_evidence, self);
    return take_slot(self, r, key, slots, PAW_COUNT_OF(slots));
}

/* Writing an entry -------------------------------------------------------------------------------
 */

static void put_key(struct paw_stream *s, const char *key, bool is_first)
{
    paw_stream_text(s, is_first ? "      \"" : ",\n      \"");
    paw_stream_text(s, key);
    paw_stream_text(s, "\": ");
}

static void put_behaviours(struct paw_stream *s, const struct seen *seen, bool is_first)
{
    const bool is_list = seen->n_behaviours > 1;
    if (seen->n_behaviours == 0 || seen->has_more_behaviours)
        return;
    put_key(s, "behaviour", is_first);
    paw_stream_text(s, is_list ? "[" : "");
    for (size_t i = 0; i < seen->n_behaviours; i++) {
        paw_stream_text(s, i == 0 ? "" : ", ");
        paw_json_quote(s, seen->behaviours[i]);
    }
    paw_stream_text(s, is_list ? "]" : "");
}

/* Whether the text can stand for itself: what holds a `*` would stand for more. */
static bool is_usable(struct make *m, enum paw_suppress_field f, paw_str text)
{
    const char *fault = NULL;
    paw_str pattern = {0};
    return text.n != 0 && paw_str_find_char(text, '*', 0) == SIZE_MAX &&
           paw_suppress_pattern(f, text, &m->arena, &pattern, &fault) == PAW_OK && fault == NULL;
}

static enum paw_status put_entry(struct make *m, const struct seen *seen, struct paw_buffer *to)
{
    const struct paw_suppress_wish *wish = m->wish;
    const paw_str none = {0};
    struct paw_out out = paw_buffer_out(to);
    struct paw_stream s;
    const bool has_object = is_usable(m, PAW_SUPPRESS_OBJECT, seen->object);
    const paw_str fields[PAW_SUPPRESS_FIELDS] = {
        [PAW_SUPPRESS_HOST] = seen->host,
        [PAW_SUPPRESS_BINARY] =
            paw_suppress_program(seen->image.n != 0 ? seen->image : seen->binary, &m->arena),
        [PAW_SUPPRESS_PARENT] = paw_suppress_program(seen->parent_image, &m->arena),
        [PAW_SUPPRESS_OBJECT] = seen->object,
        [PAW_SUPPRESS_COMMAND_LINE] = has_object ? none : seen->command_line,
        [PAW_SUPPRESS_SIGNER] = seen->has_unsigned ? none : seen->signer,
    };
    const struct {
        const char *key;
        paw_str text;
    } told[] = {{"reason", paw_str_of(wish->reason)},
                {"author", paw_str_of(wish->author)},
                {"expires", paw_str_of(wish->expires)},
                {"finding", seen->id}};
    bool is_first = true;
    paw_stream_init(&s, &out);
    paw_stream_text(&s, "    {\n");
    for (unsigned i = 0; i < PAW_SUPPRESS_FIELDS; i++) {
        const enum paw_suppress_field f = (enum paw_suppress_field)i;
        if (!is_usable(m, f, fields[i]))
            continue;
        put_key(&s, paw_suppress_field_name(f), is_first);
        paw_json_quote(&s, fields[i]);
        is_first = false;
    }
    put_behaviours(&s, seen, is_first);
    for (size_t i = 0; i < PAW_COUNT_OF(told); i++) {
        put_key(&s, told[i].key, false);
        paw_json_quote(&s, told[i].text);
    }
    paw_stream_text(&s, "\n    }");
    return paw_stream_flush(&s);
}

/* The report -------------------------------------------------------------------------------------
 */

/* A finding goes to every id that it fits; a whole id is its own whatever else begins with it. */
static enum paw_status hand_out(struct make *m, const struct seen *seen)
{
    enum paw_status status = PAW_OK;
    for (size_t i = 0; status == PAW_OK && i < m->wish->n_ids; i++) {
        struct made *made = &m->made[i];
        const paw_str id = paw_str_of(m->wish->ids[i]);
        const bool is_exact = paw_str_equal(seen->id, id);
        if (!paw_str_starts(seen->id, id) || (made->is_exact && !is_exact))
            continue;
        made->n = made->is_exact == is_exact ? made->n + 1 : 1;
        made->is_exact = is_exact;
        paw_buffer_reset(&made->entry);
        status = put_entry(m, seen, &made->entry);
    }
    return status;
}

static enum paw_status take_line(struct make *m)
{
    struct seen seen = {0};
    m->number++;
    if (m->line.n == 0)
        return PAW_OK;
    struct paw_json_reader r = {.text = {m->line.p, m->line.n}, .arena = &m->arena};
    enum paw_status status = paw_json_walk_object(&r, take_member, &seen);
    if ((status == PAW_OK && r.at != r.text.n) || status == PAW_E_LIMIT)
        status = PAW_E_FORMAT;
    if (status == PAW_OK && seen.id.n == 0)
        status = PAW_E_FORMAT;
    if (status == PAW_E_FORMAT)
        status =
            refuse(m, "line %llu of " REPORT_NAME " is no finding", (unsigned long long)m->number);
    if (status == PAW_OK)
        status = hand_out(m, &seen);
    paw_buffer_reset(&m->line);
    paw_arena_reset(&m->arena);
    return status;
}

static enum paw_status take_bytes(struct make *m, const char *p, size_t n)
{
    enum paw_status status = PAW_OK;
    while (status == PAW_OK && n != 0) {
        const char *end = memchr(p, '\n', n);
        const size_t length = end == NULL ? n : (size_t)(end - p);
        if (length > LINE_MAX_BYTES - m->line.n)
            return refuse(m, "line %llu of " REPORT_NAME " is longer than 64 MiB",
                          (unsigned long long)m->number + 1);
        paw_buffer_put(&m->line, p, length);
        if (m->line.failed)
            return PAW_E_MEMORY;
        if (end == NULL)
            return PAW_OK;
        status = take_line(m);
        p += length + 1;
        n -= length + 1;
    }
    return status;
}

static enum paw_status read_all(struct make *m, int fd)
{
    struct paw_error err = {0};
    char *bytes = malloc(READ_BYTES);
    enum paw_status status = bytes == NULL ? PAW_E_MEMORY : PAW_OK;
    size_t n = 1;
    for (uint64_t at = 0; status == PAW_OK && n != 0; at += n) {
        if (paw_os_read_at(fd, at, bytes, READ_BYTES, &n, &err) != PAW_OK)
            status = refuse(m, "reading " REPORT_NAME ": %s", strerror(err.sys));
        else
            status = take_bytes(m, bytes, n);
    }
    if (status == PAW_OK && m->line.n != 0)
        status = take_line(m);
    free(bytes);
    return status;
}

static enum paw_status read_report(struct make *m)
{
    struct paw_error err = {0};
    uint64_t size = 0;
    int fd = -1;
    const size_t room = strlen(m->wish->report) + sizeof("/" REPORT_NAME);
    char *path = malloc(room);
    if (path == NULL)
        return PAW_E_MEMORY;
    (void)snprintf(path, room, "%s/" REPORT_NAME, m->wish->report); /* it has that room */
    enum paw_status status = paw_os_open_evidence(path, &fd, &size, &err);
    if (status != PAW_OK)
        status = refuse(m, "'%.300s': %s", path,
                        err.sys != 0 ? strerror(err.sys) : "it is no regular file");
    free(path);
    if (status != PAW_OK)
        return status;
    status = read_all(m, fd);
    paw_os_close(fd);
    return status;
}

static enum paw_status check_made(struct make *m)
{
    for (size_t i = 0; i < m->wish->n_ids; i++) {
        const char *id = m->wish->ids[i];
        if (m->made[i].n == 0)
            return refuse(m, "no finding of the report has the id '%.64s'", id);
        if (m->made[i].n > 1)
            return refuse(m, "%zu findings have the id '%.64s' or one that begins so", m->made[i].n,
                          id);
    }
    return PAW_OK;
}

/* The file ---------------------------------------------------------------------------------------
 */

static void put_text(struct paw_buffer *b, const char *constant)
{
    paw_buffer_put(b, constant, strlen(constant));
}

/* The entries into a text, behind those that it has; list_end: where its list ends. */
static void insert(struct make *m, paw_str text, size_t list_end, size_t n_entries,
                   struct paw_buffer *to)
{
    size_t end = list_end;
    while (end > 0 && strchr(" \t\r\n", text.p[end - 1]) != NULL)
        end--;
    paw_buffer_put(to, text.p, end);
    for (size_t i = 0; i < m->wish->n_ids; i++) {
        put_text(to, i == 0 && n_entries == 0 ? "\n" : ",\n");
        paw_buffer_put(to, m->made[i].entry.p, m->made[i].entry.n);
    }
    put_text(to, "\n  ");
    paw_buffer_put(to, text.p + list_end, text.n - list_end);
}

/* What cannot be read again is not written. */
static enum paw_status check_text(struct make *m, const struct paw_buffer *b)
{
    struct paw_suppress *again = NULL;
    struct paw_file_fault fault = {0};
    if (b->failed)
        return PAW_E_MEMORY;
    if (b->n > MADE_MAX)
        return refuse(m, "the file would be larger than 1 MiB");
    const enum paw_status status = paw_suppress_read("", b->p, b->n, &again, &fault);
    paw_suppress_free(again);
    if (status == PAW_E_FORMAT)
        return refuse(m, "no entry that would be taken can be made: %s%s%.100s", fault.what,
                      fault.given[0] == '\0' ? "" : ": ", fault.given);
    return status;
}

static enum paw_status make_text(struct make *m, struct paw_buffer *to)
{
    static const char empty[] = "{\n  \"schema\": \"catspaw.suppress/1\",\n  \"entries\": []\n}\n";
    const paw_str text = {empty, sizeof(empty) - 1};
    insert(m, text, paw_str_find_char(text, ']', 0), 0, to);
    return check_text(m, to);
}

static enum paw_status add_to_text(struct make *m, paw_str old, struct paw_buffer *to)
{
    struct paw_suppress *s = NULL;
    struct paw_file_fault fault = {0};
    const enum paw_status status = paw_suppress_read("", old.p, old.n, &s, &fault);
    if (status == PAW_E_FORMAT)
        return refuse(m, "'%.200s', line %llu, column %llu (offset %llu): %s", m->wish->to,
                      (unsigned long long)fault.line, (unsigned long long)fault.column,
                      (unsigned long long)fault.offset, fault.what);
    if (status != PAW_OK)
        return status;
    insert(m, old, s->list_end, s->n_entries, to);
    paw_suppress_free(s);
    return check_text(m, to);
}

static enum paw_status write_file(struct make *m, const struct paw_buffer *b)
{
    struct paw_os_output output;
    struct paw_error err = {0};
    const char *slash = strrchr(m->wish->to, '/');
    const size_t n = slash == NULL ? 1 : (size_t)(slash - m->wish->to) + 1;
    char *folder = calloc(1, n + 1);
    if (folder == NULL)
        return PAW_E_MEMORY;
    memcpy(folder, slash == NULL ? "." : m->wish->to, n);
    enum paw_status status =
        paw_os_output_begin(&output, folder, slash == NULL ? m->wish->to : slash + 1, &err);
    free(folder);
    if (status == PAW_OK) {
        status = paw_os_write(output.fd, b->p, b->n);
        if (status == PAW_OK)
            status = paw_os_output_commit(&output, &err);
        else
            paw_os_output_abort(&output);
    }
    if (status != PAW_OK)
        (void)refuse(m, "'%.300s' could not be written%s%s", m->wish->to, err.sys != 0 ? ": " : "",
                     err.sys != 0 ? strerror(err.sys) : "");
    return status == PAW_OK ? PAW_OK : PAW_E_OUTPUT;
}

static enum paw_status write_to(struct make *m)
{
    struct paw_buffer b = {0};
    struct paw_error err = {0};
    char *old = NULL;
    size_t n = 0;
    enum paw_status status = paw_given_open(m->wish->to, &old, &n, &err);
    if (status == PAW_OK)
        status = add_to_text(m, (paw_str){old, n}, &b);
    else if (status == PAW_E_IO && err.sys == ENOENT)
        status = make_text(m, &b);
    else if (status != PAW_E_MEMORY)
        status =
            refuse(m, "'%.300s': %s", m->wish->to, err.sys != 0 ? strerror(err.sys) : err.what);
    free(old);
    if (status == PAW_OK)
        status = write_file(m, &b);
    paw_buffer_finish(&b);
    return status;
}

static enum paw_status write_out(struct make *m, struct paw_out *out)
{
    struct paw_buffer b = {0};
    enum paw_status status = make_text(m, &b);
    if (status == PAW_OK)
        status = out->write(out->self, b.p, b.n);
    paw_buffer_finish(&b);
    return status;
}

enum paw_status paw_suppress_make(const struct paw_suppress_wish *wish, struct paw_out *out,
                                  char message[512])
{
    struct make m = {.wish = wish, .message = message};
    message[0] = '\0';
    m.made = calloc(wish->n_ids + 1, sizeof(*m.made));
    paw_arena_init(&m.arena, ARENA_BYTES);
    enum paw_status status = m.made == NULL ? PAW_E_MEMORY : read_report(&m);
    if (status == PAW_OK)
        status = check_made(&m);
    if (status == PAW_OK)
        status = wish->to != NULL ? write_to(&m) : write_out(&m, out);
    if (status != PAW_OK && message[0] == '\0')
        (void)refuse(&m, status == PAW_E_MEMORY ? "out of memory"
                                                : "standard output could not be written");
    for (size_t i = 0; m.made != NULL && i < wish->n_ids; i++)
        paw_buffer_finish(&m.made[i].entry);
    free(m.made);
    paw_buffer_finish(&m.line);
    paw_arena_finish(&m.arena);
    return status;
}
