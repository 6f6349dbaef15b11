/* SPDX-License-Identifier: Apache-2.0 */
/* Reading options by their tables: see options.h. */
#include "options.h"

#include <stdlib.h>

#include <catspaw/suppress.h>

#include "tell.h"

/* What is being read, for the sentences. */
struct reading {
    const struct command *command;
    struct settings *settings;
    unsigned mistakes;
};

static void mistake(struct reading *r, const char *what, const char *argument, const char *behind)
{
    struct shown room;
    tell("%s '%s'%s", what, shown(&room, argument), behind);
    r->mistakes++;
}

/* Digits at *at, as many as there are; false if there are none or they are too many. */
static bool read_digits(const char **at, uint64_t *ret)
{
    uint64_t n = 0;
    const char *from = *at;
    for (; **at >= '0' && **at <= '9'; (*at)++)
        if (paw_ckd_mul(n, (uint64_t)10, &n) || paw_ckd_add(n, (uint64_t)(**at - '0'), &n))
            return false;
    *ret = n;
    return *at != from;
}

static bool read_unit(const char *unit, enum option_kind kind, uint64_t *factor)
{
    static const struct {
        enum option_kind kind;
        const char *name;
        uint64_t factor;
    } units[] = {
        {OPTION_SIZE, "", 1},
        {OPTION_SIZE, "K", 1024},
        {OPTION_SIZE, "M", 1024 * 1024},
        {OPTION_SIZE, "G", 1024 * 1024 * 1024},
        {OPTION_SIZE, "k", 1024},
        {OPTION_SIZE, "m", 1024 * 1024},
        {OPTION_SIZE, "g", 1024 * 1024 * 1024},
        {OPTION_TIME, "", 1000},
        {OPTION_TIME, "s", 1000},
        {OPTION_TIME, "ms", 1},
        {OPTION_COUNT, "", 1},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(units); i++) {
        if (units[i].kind == kind && strcmp(units[i].name, unit) == 0) {
            *factor = units[i].factor;
            return true;
        }
    }
    return false;
}

static bool read_number(const char *text, enum option_kind kind, uint64_t *ret)
{
    uint64_t n = 0;
    uint64_t factor = 1;
    return read_digits(&text, &n) && read_unit(text, kind, &factor) && !paw_ckd_mul(n, factor, ret);
}

static bool read_level(const char *text, enum paw_severity *ret)
{
    for (unsigned s = PAW_INFORMATIONAL; s <= PAW_CRITICAL; s++) {
        if (strcmp(paw_severity_name((enum paw_severity)s), text) == 0) {
            *ret = (enum paw_severity)s;
            return true;
        }
    }
    return false;
}

static bool read_formats(const char *text, uint32_t *ret)
{
    static const struct {
        const char *name;
        uint32_t format;
    } formats[] = {{"jsonl", PAW_JSONL}, {"csv", PAW_CSV}, {"html", PAW_HTML}, {"run", PAW_RUN}};
    *ret = 0;
    for (;;) {
        const size_t n = strcspn(text, ",");
        size_t i = 0;
        while (i < PAW_COUNT_OF(formats) &&
               (strlen(formats[i].name) != n || memcmp(formats[i].name, text, n) != 0))
            i++;
        if (i == PAW_COUNT_OF(formats))
            return false;
        *ret |= formats[i].format;
        if (text[n] == '\0')
            return true;
        text += n + 1;
    }
}

static void tell_bound(struct reading *r, const char *what, const struct option *o,
                       const char *value, uint64_t bound)
{
    const uint64_t mib = 1024 * 1024;
    const bool is_mib = o->kind == OPTION_SIZE && bound % mib == 0;
    struct shown room;
    tell("%s for --%s: '%s', the bound is %llu%s", what, o->name, shown(&room, value),
         (unsigned long long)(is_mib ? bound / mib : bound), is_mib ? "M" : "");
    r->mistakes++;
}

static void set_number(struct reading *r, const struct option *o, const char *value, void *field)
{
    uint64_t n = 0;
    if (!read_number(value, o->kind, &n))
        mistake(r,
                o->kind == OPTION_SIZE   ? "not a size like 512M:"
                : o->kind == OPTION_TIME ? "not a time like 2s or 500ms:"
                                         : "not a number:",
                value, "");
    else if (n < o->least)
        tell_bound(r, "too small", o, value, o->least);
    else if (o->most != 0 && n > o->most)
        tell_bound(r, "too large", o, value, o->most);
    else
        *(uint64_t *)field = n;
}

static void set_value(struct reading *r, const struct option *o, const char *value)
{
    void *field = (char *)r->settings + o->field;
    switch (o->kind) {
    case OPTION_FLAG:
        *(bool *)field = true;
        break;
    case OPTION_TEXT:
        if (*value == '\0')
            mistake(r, "empty value of option", o->name, "");
        *(const char **)field = value;
        break;
    case OPTION_COUNT:
    case OPTION_SIZE:
    case OPTION_TIME:
        set_number(r, o, value, field);
        break;
    case OPTION_LEVEL:
        if (!read_level(value, field))
            mistake(r, "not a severity:", value,
                    ", one of informational, low, medium, high, critical");
        break;
    case OPTION_READER:
        if (strcmp(value, "native") != 0 && strcmp(value, "libevtx") != 0)
            mistake(r, "not a reader:", value, ", one of native, libevtx");
        *(const char **)field = value;
        break;
    case OPTION_DAY:
        if (!paw_is_day(value))
            mistake(r, "not a day like 2026-12-31:", value, "");
        *(const char **)field = value;
        break;
    case OPTION_FORMATS:
        if (!read_formats(value, field))
            mistake(r, "not a list of formats:", value, ", of jsonl, csv, html, run");
        break;
    }
}

static const struct option help_options[] = {
    {.name = "help",
     .letter = 'h',
     .kind = OPTION_FLAG,
     .field = offsetof(struct settings, help),
     .help = "print this help"},
    {0},
};

static const struct option *find_option(const struct command *c, const char *name, size_t n,
                                        char letter)
{
    const struct option *tables[] = {c->options, help_options};
    for (size_t t = 0; t < PAW_COUNT_OF(tables); t++)
        for (const struct option *o = tables[t]; o->name != NULL; o++)
            if (letter != 0 ? o->letter == letter
                            : strlen(o->name) == n && memcmp(o->name, name, n) == 0)
                return o;
    return NULL;
}

/* One argument that begins with "--"; how many of argv it took. */
static int read_long(struct reading *r, int left, char **argv)
{
    const char *name = argv[0] + 2;
    const size_t n = strcspn(name, "=");
    const struct option *o = find_option(r->command, name, n, 0);
    if (o == NULL) {
        mistake(r, "unknown option", argv[0], "");
        return 1;
    }
    if (o->kind == OPTION_FLAG) {
        if (name[n] == '=')
            mistake(r, "option takes no value:", argv[0], "");
        else
            set_value(r, o, "");
        return 1;
    }
    if (name[n] == '=') {
        set_value(r, o, name + n + 1);
        return 1;
    }
    if (left < 2) {
        mistake(r, "no value for option", argv[0], "");
        return 1;
    }
    set_value(r, o, argv[1]);
    return 2;
}

/* One argument of short options; how many of argv it took. */
static int read_short(struct reading *r, int left, char **argv)
{
    for (const char *at = argv[0] + 1; *at != '\0'; at++) {
        const struct option *o = find_option(r->command, NULL, 0, *at);
        if (o == NULL) {
            mistake(r, "unknown option", argv[0], "");
            return 1;
        }
        if (o->kind == OPTION_FLAG) {
            set_value(r, o, "");
            continue;
        }
        if (at[1] != '\0') {
            set_value(r, o, at + 1);
            return 1;
        }
        if (left < 2) {
            mistake(r, "no value for option", argv[0], "");
            return 1;
        }
        set_value(r, o, argv[1]);
        return 2;
    }
    return 1;
}

static void check_arguments(struct reading *r)
{
    const struct command *c = r->command;
    const struct settings *s = r->settings;
    if (s->help)
        return;
    if (s->n_arguments < c->least) {
        tell("nothing given to %s: %s", c->name, c->arguments);
        r->mistakes++;
    }
    for (size_t i = c->most; i < s->n_arguments; i++)
        mistake(r, "one argument too many:", s->arguments[i], "");
}

bool options_parse(const struct command *c, int argc, char **argv, struct settings *ret)
{
    struct reading r = {.command = c, .settings = ret};
    bool only_arguments = false;
    *ret = (struct settings){0};
    ret->arguments = calloc((size_t)argc + 1, sizeof(*ret->arguments));
    if (ret->arguments == NULL) {
        tell("out of memory");
        return false;
    }
    for (int i = 0; i < argc;) {
        const char *a = argv[i];
        if (only_arguments || a[0] != '-' || a[1] == '\0') {
            ret->arguments[ret->n_arguments++] = a;
            i++;
        } else if (strcmp(a, "--") == 0) {
            only_arguments = true;
            i++;
        } else if (a[1] == '-') {
            i += read_long(&r, argc - i, argv + i);
        } else {
            i += read_short(&r, argc - i, argv + i);
        }
    }
    check_arguments(&r);
    return r.mistakes == 0;
}
