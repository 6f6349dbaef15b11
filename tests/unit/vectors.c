/* SPDX-License-Identifier: Apache-2.0 */
/* Reader of the vector language, see vectors.h. */
#include "vectors.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <catspaw/execution.h>

enum { INDENT_MAX = 16 };

/* What a head takes: a text, none, or either. */
enum takes { TEXT, NO_TEXT, MAYBE };

static const struct head {
    const char *word;
    enum vec_class class;
    enum takes takes;
    const char *options; /* blank separated; "*" any; "" none */
} heads[] = {
    {"start", VEC_PROCESS, TEXT, ""},
    {"child", VEC_PROCESS, TEXT, ""},
    {"parent", VEC_PROCESS, TEXT, ""},
    {"other", VEC_PROCESS, TEXT, ""},
    {"image", VEC_FIELD, TEXT, ""},
    {"ofn", VEC_FIELD, TEXT, ""},
    {"company", VEC_FIELD, TEXT, ""},
    {"cwd", VEC_FIELD, TEXT, ""},
    {"user", VEC_FIELD, TEXT, ""},
    {"integrity", VEC_FIELD, TEXT, ""},
    {"pid", VEC_FIELD, TEXT, ""},
    {"logon", VEC_FIELD, TEXT, ""},
    {"sha256", VEC_FIELD, TEXT, ""},
    {"end", VEC_FIELD, MAYBE, ""},
    {"module", VEC_ACT, TEXT, "signed unsigned expired revoked"},
    {"connect", VEC_ACT, TEXT, "in udp from="},
    {"dns", VEC_ACT, TEXT, ""},
    {"file", VEC_ACT, TEXT, ""},
    {"delete", VEC_ACT, TEXT, ""},
    {"stamp", VEC_ACT, TEXT, ""},
    {"stream", VEC_ACT, TEXT, ""},
    {"set", VEC_ACT, TEXT, "dword qword expand multi binary"},
    {"unset", VEC_ACT, TEXT, ""},
    {"key", VEC_ACT, TEXT, ""},
    {"unkey", VEC_ACT, TEXT, ""},
    {"access", VEC_ACT, TEXT, "*"},
    {"thread", VEC_ACT, TEXT, "*"},
    {"tamper", VEC_ACT, TEXT, ""},
    {"pipe", VEC_ACT, TEXT, "connect"},
    {"ps400", VEC_ACT, TEXT, ""},
    {"ps4103", VEC_ACT, TEXT, ""},
    {"ps4104", VEC_ACT, TEXT, ""},
    {"ps800", VEC_ACT, TEXT, ""},
    {"msi", VEC_ACT, TEXT, "*"},
    {"service", VEC_ACT, TEXT, "7045 4697"},
    {"task", VEC_ACT, TEXT, "4698 4702"},
    {"consumer", VEC_ACT, TEXT, ""},
    {"applocker", VEC_ACT, TEXT, "*"},
    {"ci", VEC_ACT, TEXT, "*"},
    {"defender", VEC_ACT, TEXT, "*"},
    {"hive", VEC_ACT, TEXT, "dword qword expand multi binary"},
    {"event", VEC_ACT, TEXT, ""},
    {"trace", VEC_DETAIL, TEXT, ""},
    {"content", VEC_DETAIL, TEXT, ""},
    {"value", VEC_DETAIL, TEXT, ""},
    {"data", VEC_DETAIL, MAYBE, ""},
    {"via", VEC_SETTING, TEXT, ""},
    {"at", VEC_SETTING, TEXT, ""},
    {"without", VEC_SETTING, TEXT, ""},
    {"mark", VEC_SETTING, TEXT, ""},
};

static const struct {
    const char *word;
    uint32_t need;
} evidence[] = {
    {"command_line", PAW_NEED_COMMAND_LINE},
    {"image", PAW_NEED_IMAGE},
    {"original_file_name", PAW_NEED_ORIGINAL_FILE_NAME},
    {"company", PAW_NEED_COMPANY},
    {"current_directory", PAW_NEED_CURRENT_DIRECTORY},
    {"user", PAW_NEED_USER},
    {"integrity", PAW_NEED_INTEGRITY},
    {"parent_image", PAW_NEED_PARENT_IMAGE},
    {"parent_command_line", PAW_NEED_PARENT_COMMAND_LINE},
    {"parent", PAW_NEED_PARENT},
    {"processes", PAW_NEED_PROCESSES},
    {"modules", PAW_NEED_MODULES},
    {"network", PAW_NEED_NETWORK},
    {"dns", PAW_NEED_DNS},
    {"files", PAW_NEED_FILES},
    {"registry", PAW_NEED_REGISTRY},
    {"access", PAW_NEED_ACCESS},
    {"threads", PAW_NEED_THREADS},
    {"pipes", PAW_NEED_PIPES},
    {"powershell", PAW_NEED_POWERSHELL},
    {"installer", PAW_NEED_INSTALLER},
    {"hives",
     PAW_NEED_HIVE_SOFTWARE | PAW_NEED_HIVE_SYSTEM | PAW_NEED_HIVE_NTUSER | PAW_NEED_HIVE_USRCLASS},
};

uint32_t vec_need(const char *word)
{
    for (size_t i = 0; i < PAW_COUNT_OF(evidence); i++)
        if (strcmp(evidence[i].word, word) == 0)
            return evidence[i].need;
    return 0;
}

/* Memory: a chain of blocks, given back at once */
static void *take(struct vec_file *f, size_t n)
{
    void **block = calloc(1, sizeof(void *) + n);
    if (block == NULL)
        abort();
    *block = f->blocks;
    f->blocks = block;
    return block + 1;
}

void vec_finish(struct vec_file *f)
{
    while (f->blocks != NULL) {
        void **block = f->blocks;
        f->blocks = *block;
        free(block);
    }
}

static char *copy(struct vec_file *f, const char *s, size_t n)
{
    char *text = take(f, n + 1);
    memcpy(text, s, n);
    return text;
}

PAW_PRINTF(3, 4) static bool fail(struct vec_file *f, unsigned column, const char *format, ...)
{
    if (f->error[0] != '\0')
        return false;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(f->error, sizeof f->error, format, args);
    va_end(args);
    f->column = column;
    return false;
}

/* Characters that must be written {U+}: no reviewer would see them. */
static bool is_invisible(uint32_t c)
{
    return c < 0x20 || c == 0x7f || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x3000;
}

static uint32_t code_point(const char *s, size_t n, size_t *length)
{
    const unsigned char a = (unsigned char)s[0];
    *length = a < 0x80 ? 1 : a < 0xe0 ? 2 : a < 0xf0 ? 3 : 4;
    if (*length > n)
        *length = n;
    uint32_t c = *length == 1 ? a : a & (0xffu >> (*length + 1));
    for (size_t i = 1; i < *length; i++)
        c = c << 6 | ((unsigned char)s[i] & 0x3f);
    return c;
}

static size_t encode(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* Digits of base at s: their number, and where they end. */
static uint64_t digits(const char *s, unsigned base, const char **end)
{
    uint64_t n = 0;
    for (; n < UINT32_MAX; s++) {
        const unsigned d = *s >= '0' && *s <= '9'   ? (unsigned)(*s - '0')
                           : *s >= 'A' && *s <= 'F' ? (unsigned)(*s - 'A' + 10)
                                                    : 99;
        if (d >= base)
            break;
        n = n * base + d;
    }
    *end = s;
    return n;
}

/* {U+XXXX} or {U+XXXX*n} at s: its length, 0 if there is none. */
static size_t escape_at(const char *s, uint32_t *c, unsigned *times)
{
    const char *end;
    if (strncmp(s, "{U+", 3) != 0)
        return 0;
    *c = (uint32_t)digits(s + 3, 16, &end);
    *times = 1;
    if (end == s + 3)
        return 0;
    if (*end == '*')
        *times = (unsigned)digits(end + 1, 10, &end);
    return *end == '}' && *times != 0 && *times <= 4096 && *c <= 0x10ffff ? (size_t)(end - s) + 1
                                                                          : 0;
}

static char *decode(struct vec_file *f, const char *s, size_t n, unsigned column)
{
    size_t room = n + 1;
    for (size_t i = 0; i < n; i++) {
        uint32_t c;
        unsigned times;
        if (escape_at(s + i, &c, &times) != 0)
            room += 4u * times;
    }
    char *out = take(f, room);
    size_t used = 0;
    for (size_t i = 0; i < n;) {
        uint32_t c;
        unsigned times;
        const size_t skip = escape_at(s + i, &c, &times);
        if (skip != 0) {
            while (times-- != 0)
                used += encode(out + used, c);
            i += skip;
            continue;
        }
        size_t length;
        if (is_invisible(code_point(s + i, n - i, &length)))
            fail(f, column + (unsigned)i, "an invisible character has to be written {U+XXXX}");
        memcpy(out + used, s + i, length);
        used += length;
        i += length;
    }
    return out;
}

/* Lines ---------------------------------------------------------------------------------------- */

static bool read_time(const char *word, size_t n, int64_t *us)
{
    if (n < 3 || (word[0] != '+' && word[0] != '-') || word[1] < '0' || word[1] > '9')
        return false;
    const char *end;
    const int64_t count = (int64_t)digits(word + 1, 10, &end);
    static const struct {
        const char *unit;
        int64_t us;
    } units[] = {{"ms", 1000},
                 {"s", 1000000},
                 {"m", 60000000},
                 {"h", INT64_C(3600000000)},
                 {"d", INT64_C(86400000000)}};
    for (size_t i = 0; i < PAW_COUNT_OF(units); i++) {
        const size_t length = strlen(units[i].unit);
        if ((size_t)(end - word) + length == n && strncmp(end, units[i].unit, length) == 0) {
            *us = (word[0] == '-' ? -count : count) * units[i].us;
            return true;
        }
    }
    return false;
}

static bool option_fits(const struct head *head, const char *option)
{
    if (strcmp(head->options, "*") == 0)
        return true;
    const char *at = head->options;
    while (*at != '\0') {
        const size_t n = strcspn(at, " ");
        const bool assigns = n != 0 && at[n - 1] == '=';
        if (n != 0 && strncmp(option, at, n) == 0 && (assigns || option[n] == '\0'))
            return true;
        at += n + (at[n] == ' ');
    }
    return false;
}

/* head[@name][:option…] */
static bool read_head(struct vec_file *f, struct vec_line *line, const char *s, size_t n,
                      unsigned column, const struct head **ret)
{
    char *word = copy(f, s, n);
    /* options first: an option may hold an @ no more than a name may hold a colon */
    for (char *option = strchr(word, ':'); option != NULL;) {
        char *next = strchr(option + 1, ':');
        *option = '\0';
        if (next != NULL)
            *next = '\0';
        if (line->n_options == VEC_OPTIONS_MAX)
            return fail(f, column, "too many options");
        line->options[line->n_options++] = copy(f, option + 1, strlen(option + 1));
        if (next != NULL)
            *next = ':';
        option = next;
    }
    char *at = strchr(word, '@');
    if (at != NULL) {
        line->name = copy(f, at + 1, strlen(at + 1));
        *at = '\0';
    }
    for (size_t i = 0; i < PAW_COUNT_OF(heads); i++) {
        if (strcmp(heads[i].word, word) != 0)
            continue;
        *ret = &heads[i];
        for (size_t k = 0; k < line->n_options; k++)
            if (!option_fits(&heads[i], line->options[k]))
                return fail(f, column, "no option '%s' of '%s'", line->options[k], word);
        return true;
    }
    return fail(f, column, "no such word '%s'", word);
}

static bool read_evidence(struct vec_file *f, struct vec_line *line, const char *s, size_t n,
                          unsigned column)
{
    line->class = VEC_EVIDENCE;
    line->head = "?";
    line->text = copy(f, s + 1, n - 1);
    if (vec_need(line->text) == 0)
        return fail(f, column, "no such evidence '%s'", line->text);
    return true;
}

static bool read_line(struct vec_file *f, struct vec_line *line, const char *s, size_t n,
                      unsigned column)
{
    if (s[0] == '?')
        return read_evidence(f, line, s, n, column);
    size_t word = 0;
    while (word < n && s[word] != ' ')
        word++;
    if (read_time(s, word, &line->time_us)) {
        line->has_time = true;
        s += word + 1;
        n = n > word ? n - word - 1 : 0;
        column += (unsigned)word + 1;
        for (word = 0; word < n && s[word] != ' ';)
            word++;
    }
    const struct head *head = NULL;
    if (!read_head(f, line, s, word, column, &head))
        return false;
    line->head = head->word;
    line->class = head->class;
    size_t at = word;
    while (at < n && s[at] == ' ')
        at++;
    if (at < n)
        line->text = decode(f, s + at, n - at, column + (unsigned)at);
    if (line->text == NULL && head->takes == TEXT)
        return fail(f, column, "'%s' needs a text", head->word);
    if (line->text != NULL && head->takes == NO_TEXT)
        return fail(f, column, "'%s' takes no text", head->word);
    return f->error[0] == '\0';
}

static bool belongs(struct vec_file *f, const struct vec_line *line)
{
    const struct vec_line *above = line->parent;
    const bool below_process = above == NULL || above->class == VEC_PROCESS;
    switch (line->class) {
    case VEC_PROCESS:
    case VEC_ACT:
        if (!below_process)
            return fail(f, line->indent + 1, "'%s' below a line that is no process", line->head);
        break;
    case VEC_FIELD:
        if (above == NULL || above->class != VEC_PROCESS)
            return fail(f, line->indent + 1, "'%s' below a line that is no process", line->head);
        for (const struct vec_line *o = above->children; o != NULL; o = o->next)
            if (o != line && o->class == VEC_FIELD && o->head == line->head)
                return fail(f, line->indent + 1, "'%s' is given twice", line->head);
        break;
    case VEC_DETAIL:
        if (above == NULL || above->class == VEC_PROCESS)
            return fail(f, line->indent + 1, "'%s' stands below no act", line->head);
        break;
    case VEC_SETTING:
    case VEC_EVIDENCE:
        break;
    }
    for (const struct vec_line *o = above == NULL ? NULL : above->children; o != NULL; o = o->next)
        if (o != line && line->class == VEC_ACT && o->class == VEC_FIELD &&
            strcmp(o->head, "end") == 0)
            return fail(f, line->indent + 1, "an act after the end of its process");
    return true;
}

/* Rows and sections ---------------------------------------------------------------------------- */

struct place {
    struct vec_section *section;
    struct vec_row *row;
    struct vec_line *open[INDENT_MAX]; /* by indentation / 2 */
    unsigned depth;
};

static void append(struct vec_line **list, struct vec_line *line)
{
    while (*list != NULL)
        list = &(*list)->next;
    *list = line;
}

static bool begin_section(struct vec_file *f, struct place *p, const char *s, size_t n)
{
    if (n < 3 || s[1] != ' ')
        return fail(f, 1, "a section is '= ' and a behaviour");
    struct vec_section *section = take(f, sizeof *section);
    section->number = f->line;
    section->id = copy(f, s + 2, n - 2);
    struct vec_section **list = &f->sections;
    for (; *list != NULL; list = &(*list)->next)
        if (strcmp((*list)->id, section->id) == 0)
            return fail(f, 3, "section given twice");
    *list = section;
    *p = (struct place){.section = section};
    return true;
}

static bool begin_row(struct vec_file *f, struct place *p, const char *s, size_t n)
{
    if (p->section == NULL)
        return fail(f, 1, "a row before any section");
    struct vec_row *row = take(f, sizeof *row);
    row->number = f->line;
    row->sign = s[0];
    size_t about = 1;
    while (about < n && s[about] != ' ')
        about++;
    row->about = copy(f, s + 1, about - 1);
    if ((row->sign == '+') != (row->about[0] == '\0'))
        return fail(f, 1,
                    row->sign == '+' ? "nothing stands behind +"
                                     : "a question or severity is missing");
    struct vec_row **list = &p->section->rows;
    while (*list != NULL)
        list = &(*list)->next;
    *list = row;
    p->row = row;
    memset(p->open, 0, sizeof p->open);
    p->depth = 0;
    if (about >= n)
        return true;
    struct vec_line *start = take(f, sizeof *start);
    size_t at = about;
    while (at < n && s[at] == ' ')
        at++;
    start->number = f->line;
    start->class = VEC_PROCESS;
    start->head = "start";
    start->text = decode(f, s + at, n - at, (unsigned)at + 1);
    row->lines = start;
    p->open[0] = start;
    return f->error[0] == '\0';
}

static bool add_line(struct vec_file *f, struct place *p, const char *s, size_t n, unsigned indent)
{
    if (p->row == NULL)
        return fail(f, 1, "a line before any row");
    if (indent % 2 != 0 || indent / 2 > p->depth + 1 || indent / 2 >= INDENT_MAX)
        return fail(f, 1, "odd or jumping indentation");
    struct vec_line *line = take(f, sizeof *line);
    line->number = f->line;
    line->indent = indent;
    if (!read_line(f, line, s, n, indent + 1))
        return false;
    const unsigned level = indent / 2;
    for (unsigned up = level; up > 0 && line->parent == NULL; up--)
        line->parent = p->open[up - 1];
    append(line->parent != NULL ? &line->parent->children : &p->row->lines, line);
    for (unsigned k = level; k < INDENT_MAX; k++)
        p->open[k] = NULL;
    p->open[level] = line;
    p->depth = level;
    return belongs(f, line);
}

static bool read_one(struct vec_file *f, struct place *p, const char *s, size_t n)
{
    const char *tab = memchr(s, '\t', n);
    if (tab != NULL)
        return fail(f, (unsigned)(tab - s) + 1, "a tab");
    if (n != 0 && (s[n - 1] == ' ' || s[n - 1] == '\r'))
        return fail(f, (unsigned)n, "a trailing blank");
    unsigned indent = 0;
    while (indent < n && s[indent] == ' ')
        indent++;
    if (indent == n || s[indent] == '#')
        return true;
    if (indent != 0)
        return add_line(f, p, s + indent, n - indent, indent);
    if (s[0] == '=')
        return begin_section(f, p, s, n);
    if (s[0] == '+' || s[0] == '-' || s[0] == '~')
        return begin_row(f, p, s, n);
    return fail(f, 1, "a line begins with =, +, -, ~ or blanks");
}

/* What a whole file must have ------------------------------------------------------------------ */

static bool check_rows(struct vec_file *f, const struct vec_section *section)
{
    bool fires = false;
    for (const struct vec_row *a = section->rows; a != NULL; a = a->next) {
        f->line = a->number;
        fires = fires || a->sign == '+';
        if (a->lines == NULL)
            return fail(f, 1, "a row without anything to judge");
        for (const struct vec_row *b = section->rows; b != a; b = b->next)
            if (strcmp(a->raw, b->raw) == 0)
                return fail(f, 1, "equal to the row of line %u", b->number);
    }
    f->line = section->number;
    return fires || fail(f, 1, "a section without +");
}

bool vec_read(struct vec_file *f, const char *path, const char *text, size_t n)
{
    *f = (struct vec_file){.path = path};
    struct place p = {0};
    const char *row_from = NULL;
    struct vec_row *row = NULL;
    f->line = 1;
    if (n != 0 && text[n - 1] != '\n')
        return fail(f, 1, "the last line does not end");
    f->line = 0;
    for (size_t at = 0; at < n;) {
        const char *end = memchr(text + at, '\n', n - at);
        const size_t length = (size_t)(end - (text + at));
        f->line++;
        if (!read_one(f, &p, text + at, length))
            return false;
        if (p.row != row) {
            row = p.row;
            row_from = text + at;
        }
        at += length + 1;
        if (row != NULL)
            row->raw = copy(f, row_from, (size_t)(text + at - row_from));
    }
    for (const struct vec_section *s = f->sections; s != NULL; s = s->next)
        if (!check_rows(f, s))
            return false;
    return true;
}

const struct vec_line *vec_judged(const struct vec_row *row)
{
    const struct vec_line *line = row->lines;
    while (line != NULL && line->class != VEC_PROCESS && line->class != VEC_ACT)
        line = line->next;
    return line;
}
