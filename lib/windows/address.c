/* SPDX-License-Identifier: Apache-2.0 */
/* URLs, hosts and literal addresses, docs/detections 2.8. */
#include "windows/address.h"

#include "windows/prefix.h"
#include "windows/text.h"

enum { MOST_URL_BYTES = 64 * 1024 }; /* longer is text, not an address */

struct net4 {
    uint32_t net;
    unsigned bits;
};

static const struct net4 local4[] = {
    {0x00000000, 8},  {0x0A000000, 8},  {0x64400000, 10}, {0xA9FE0000, 16}, {0xAC100000, 12},
    {0xC0000000, 24}, {0xC0000200, 24}, {0xC0586300, 24}, {0xC0A80000, 16}, {0xC6120000, 15},
    {0xC6336400, 24}, {0xCB007100, 24}, {0xE0000000, 4},  {0xF0000000, 4},
};

static const struct {
    uint16_t unit[8];
    unsigned bits;
} local6[] = {
    {{0}, 128},    {{0x64, 0xFF9B}, 96}, {{0x100}, 64}, {{0x2001, 0xDB8}, 32},
    {{0xFC00}, 7}, {{0xFE80}, 10},       {{0xFF00}, 8},
};

static const char local_suffixes[] = "*.local|*.lan|*.corp|*.internal|*.intranet|*.home.arpa|"
                                     "*.localdomain";

static const char dyndns[] =
    "*.duckdns.org|*.no-ip.*|*.noip.*|*.ddns.net|*.hopto.org|*.zapto.org|*.sytes.net|*.dyndns.*|"
    "*.dynu.*|*.dynu.net|*.myftp.*|*.myvnc.com|*.serveftp.com|*.servebeer.com|*.redirectme.net|"
    "*.ddnsfree.com|*.freedynamicdns.*|*.gotdns.ch|*.3utilities.com|*.bounceme.net|*.onthewifi.com|"
    "*.publicvm.com|*.linkpc.net|*.kozow.com|*.ooguy.com|*.theworkpc.com|*.accesscam.org|"
    "*.camdvr.org|*.casacam.net|*.giize.com|*.gleeze.com|*.loseyourip.com|*.mywire.org|"
    "*.webredirect.org|*.chickenkiller.com|*.mooo.com|*.ignorelist.com|*.strangled.net|"
    "*.us.to|*.afraid.org|*.changeip.*|*.dns.army|*.dynv6.net|*.nsupdate.info|*.servehttp.com|"
    "*.serveblog.net|*.viewdns.net|*.webhop.*";

static const char filehost[] =
    "raw.githubusercontent.com|gist.githubusercontent.com|*.githubusercontent.com|gist.github.com|"
    "github.com|gitlab.com|bitbucket.org|*.github.io|pastebin.com|paste.ee|*.paste.ee|rentry.co|"
    "hastebin.com|ghostbin.*|dpaste.*|controlc.com|termbin.com|0x0.st|ix.io|transfer.sh|"
    "cdn.discordapp.com|media.discordapp.net|discord.com|discord.gg|*.discordapp.com|"
    "api.telegram.org|t.me|telegram.org|telegra.ph|dl.dropboxusercontent.com|"
    "*.dropboxusercontent.com|dropbox.com|*.dropbox.com|onedrive.live.com|1drv.ms|1drv.com|"
    "*.1drv.com|drive.google.com|docs.google.com|drive.usercontent.google.com|sites.google.com|"
    "script.google.com|storage.googleapis.com|firebasestorage.googleapis.com|"
    "*.googleusercontent.com|*.ngrok.io|*.ngrok.app|*.ngrok-free.app|*.ngrok.dev|"
    "*.trycloudflare.com|*.workers.dev|*.pages.dev|*.r2.dev|ipfs.io|*.ipfs.io|dweb.link|"
    "*.dweb.link|cloudflare-ipfs.com|nftstorage.link|*.nftstorage.link|gateway.pinata.cloud|"
    "mega.nz|mega.co.nz|*.mega.nz|anonfiles.com|file.io|gofile.io|*.gofile.io|catbox.moe|"
    "files.catbox.moe|litter.catbox.moe|mediafire.com|*.mediafire.com|sendspace.com|"
    "*.sendspace.com|wetransfer.com|*.wetransfer.com|we.tl|filebin.net|temp.sh|tmpfiles.org|"
    "ufile.io|bashupload.com|*.s3.amazonaws.com|s3.amazonaws.com|*.glitch.me|*.replit.dev|"
    "*.repl.co|*.vercel.app|*.netlify.app|*.herokuapp.com|*.onrender.com|*.web.app|"
    "*.firebaseapp.com|*.serveo.net|*.localhost.run|*.lhr.life|*.loca.lt|*.sharepoint.com|"
    "*.azureedge.net|*.azurefd.net|*.blob.core.windows.net|*.cloudapp.net|*.cloudapp.azure.com|"
    "*.azurewebsites.net|*.trafficmanager.net|*.web.core.windows.net|*.file.core.windows.net";

static const char revocation[] =
    "ctldl.windowsupdate.com|crl.*|crl?.*|crls.*|ocsp.*|ocsp?.*|ocsp-*|*.ocsp.*|*.crl.*|"
    "oneocsp.microsoft.com|mscrl.microsoft.com|cacerts.digicert.com|*.lencr.org|"
    "www.microsoft.com.edgekey.net|statuse.digitalcertvalidation.com|status.*.com.rev";

/* crl and ocsp hosts count only below a certificate authority. */
static const char authorities[] =
    "*.digicert.com|*.verisign.com|*.symantec.com|*.symcb.com|*.symcd.com|*.globalsign.com|"
    "*.globalsign.net|*.sectigo.com|*.comodoca.com|*.comodo.com|*.usertrust.com|*.entrust.net|"
    "*.entrust.com|*.godaddy.com|*.starfieldtech.com|*.thawte.com|*.geotrust.com|*.rapidssl.com|"
    "*.pki.goog|*.lencr.org|*.letsencrypt.org|*.microsoft.com|*.msocsp.com|*.windowsupdate.com|"
    "*.identrust.com|*.quovadisglobal.com|*.certum.pl|*.trust-provider.com|*.amazontrust.com|"
    "*.ssl.com|*.swisssign.net|*.buypass.com|*.actalis.it|*.trustwave.com|*.wosign.com|"
    "*.startssl.com|*.apple.com|*.adobe.com|*.digitalcertvalidation.com|*.trust.telia.com|"
    "*.harica.gr|*.d-trust.net|*.telesec.de|*.certigna.fr|*.netsolssl.com|*.cybertrust.ne.jp|"
    "*.omniroot.com|*.xboxlive.com|*.rootg2.amazontrust.com|*.pki.goog";

static const char microsoft[] =
    "microsoft.com|*.microsoft.com|windows.com|*.windows.com|windowsupdate.com|"
    "*.windowsupdate.com|msftncsi.com|*.msftncsi.com|msftconnecttest.com|*.msftconnecttest.com|"
    "msedge.net|*.msedge.net|office.com|*.office.com|office365.com|*.office365.com|office.net|"
    "*.office.net|live.com|*.live.com";

static const char rare_tld[] =
    "*.top|*.xyz|*.tk|*.ml|*.ga|*.cf|*.gq|*.icu|*.buzz|*.club|*.rest|*.click|*.link|*.work|*.cyou|"
    "*.cfd|*.sbs|*.quest|*.monster|*.hair|*.beauty|*.fun|*.space|*.site|*.online|*.website|*.press|"
    "*.pw|*.su|*.zip|*.mov|*.bond|*.lol|*.makeup|*.skin|*.mom|*.pics|*.boats|*.autos|*.shop|*.vip|"
    "*.wang|*.bid|*.loan|*.win|*.stream|*.download|*.racing|*.review|*.date|*.trade|*.party|"
    "*.science|*.men|*.accountant|*.cricket|*.faith|*.gdn|*.kim|*.surf|*.live|*.store|*.host|*.fit|"
    "*.uno|*.ooo|*.cc|*.ws|*.casa|*.cam|*.best|*.bar";

/* Numbers in any of the spellings that inet_aton accepts. */
static bool read_part(paw_str s, uint64_t *ret)
{
    if (s.n == 0 || s.n > 16)
        return false;
    if (s.n > 1 && s.p[0] == '0' && paw_lower(s.p[1]) != 'x') {
        uint64_t value = 0;
        for (size_t i = 1; i < s.n; i++) {
            if (s.p[i] < '0' || s.p[i] > '7')
                return false;
            value = value * 8 + (uint64_t)(s.p[i] - '0');
        }
        *ret = value;
        return true;
    }
    return paw_str_u64(s, ret);
}

static bool read_ipv4(paw_str host, uint32_t *ret)
{
    uint64_t part[4], value = 0;
    size_t n = 0, from = 0;
    if (host.n == 0 || !(paw_is_digit(host.p[0])))
        return false;
    while (from <= host.n) {
        const size_t dot = paw_str_find_char(host, '.', from);
        const size_t end = dot == SIZE_MAX ? host.n : dot;
        if (n == 4 || !read_part(paw_str_sub(host, from, end - from), &part[n]))
            return false;
        n++;
        from = end + 1;
    }
    for (size_t i = 0; i + 1 < n; i++) {
        if (part[i] > 255)
            return false;
        value |= part[i] << (24 - 8 * i);
    }
    if (part[n - 1] > (UINT64_C(0xFFFFFFFF) >> (8 * (n - 1))))
        return false;
    *ret = (uint32_t)(value | part[n - 1]);
    return true;
}

static bool in_net4(uint32_t address, const struct net4 *net)
{
    return (address ^ net->net) >> (32 - net->bits) == 0;
}

static uint64_t class_of_ipv4(uint32_t address)
{
    if (address >> 24 == 127)
        return PAW_LOOPBACK;
    for (size_t i = 0; i < PAW_COUNT_OF(local4); i++)
        if (in_net4(address, &local4[i]))
            return PAW_LOCAL;
    return PAW_PUBLIC_IP;
}

static int hex_digit(char c)
{
    c = paw_lower(c);
    return paw_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct units {
    uint16_t unit[8];
    size_t n, gap; /* gap: where `::` stood, or SIZE_MAX */
};

/* An IPv4 address at the end counts as two units. */
static bool add_units(paw_str part, bool is_last, struct units *u)
{
    uint32_t value = 0;
    if (is_last && paw_str_find_char(part, '.', 0) != SIZE_MAX) {
        if (u->n > 6 || !read_ipv4(part, &value))
            return false;
        u->unit[u->n++] = (uint16_t)(value >> 16);
        u->unit[u->n++] = (uint16_t)(value & 0xFFFF);
        return true;
    }
    if (part.n == 0 || part.n > 4 || u->n > 7)
        return false;
    for (size_t i = 0; i < part.n; i++) {
        const int d = hex_digit(part.p[i]);
        if (d < 0)
            return false;
        value = value << 4 | (uint32_t)d;
    }
    u->unit[u->n++] = (uint16_t)value;
    return true;
}

static bool read_ipv6(paw_str s, uint16_t ret[8])
{
    struct units u = {.gap = SIZE_MAX};
    const size_t zone = paw_str_find_char(s, '%', 0);
    s = paw_str_sub(s, 0, zone);
    if (paw_str_find_char(s, ':', 0) == SIZE_MAX || s.n > 45)
        return false;
    for (size_t from = 0; from < s.n;) {
        const size_t colon = paw_str_find_char(s, ':', from);
        const size_t end = colon == SIZE_MAX ? s.n : colon;
        if (end == from) { /* one half of `::` */
            if (from + 1 < s.n && s.p[from + 1] == ':' && u.gap == SIZE_MAX) {
                u.gap = u.n;
                from += 2;
                continue;
            }
            if (u.gap != SIZE_MAX || from == 0)
                return false;
            u.gap = u.n;
            from++;
            continue;
        }
        if (!add_units(paw_str_sub(s, from, end - from), end == s.n, &u))
            return false;
        from = end + 1;
    }
    if ((u.gap == SIZE_MAX) != (u.n == 8))
        return false;
    memset(ret, 0, 8 * sizeof(ret[0]));
    const size_t head = u.gap == SIZE_MAX ? 8 : u.gap;
    memcpy(ret, u.unit, head * sizeof(ret[0]));
    memcpy(ret + 8 - (u.n - head), u.unit + head, (u.n - head) * sizeof(ret[0]));
    return true;
}

static bool in_net6(const uint16_t a[8], const uint16_t net[8], unsigned bits)
{
    for (unsigned i = 0; i < bits; i++) {
        const unsigned shift = 15 - i % 16;
        if ((a[i / 16] >> shift & 1) != (net[i / 16] >> shift & 1))
            return false;
    }
    return true;
}

static uint64_t class_of_ipv6(const uint16_t a[8])
{
    static const uint16_t mapped[8] = {0, 0, 0, 0, 0, 0xFFFF, 0, 0};
    static const uint16_t loopback[8] = {0, 0, 0, 0, 0, 0, 0, 1};
    if (in_net6(a, loopback, 128))
        return PAW_LOOPBACK;
    if (in_net6(a, mapped, 96))
        return class_of_ipv4((uint32_t)a[6] << 16 | a[7]);
    for (size_t i = 0; i < PAW_COUNT_OF(local6); i++)
        if (in_net6(a, local6[i].unit, local6[i].bits))
            return PAW_LOCAL;
    return PAW_PUBLIC_IP;
}

/* `fe80--1s4.ipv6-literal.net`, the way an IPv6 address stands in a UNC path. */
static bool read_literal_name(paw_str host, uint16_t ret[8])
{
    char text[48];
    if (!paw_str_ends_name(host, PAW_LIT(".ipv6-literal.net")) || host.n - 17 > sizeof(text))
        return false;
    size_t n = host.n - 17;
    for (size_t i = 0; i < n; i++) {
        text[i] = host.p[i] == '-' ? ':' : host.p[i];
        if (paw_lower(host.p[i]) == 's')
            n = i;
    }
    return read_ipv6((paw_str){text, n}, ret);
}

static bool is_local_name(paw_str host, const struct paw_machine *machine)
{
    if (paw_str_find_char(host, '.', 0) == SIZE_MAX)
        return true;
    if (machine != NULL && machine->dns_suffix.n != 0 && host.n >= machine->dns_suffix.n &&
        paw_str_ends_name(host, machine->dns_suffix)) {
        const size_t before = host.n - machine->dns_suffix.n;
        if (before == 0 || host.p[before - 1] == '.')
            return true;
    }
    return paw_in_glob_list(host, local_suffixes);
}

static uint64_t class_of_name(paw_str host)
{
    if (paw_in_glob_list(host, revocation) && paw_in_glob_list(host, authorities))
        return PAW_REVOCATION;
    if (paw_in_glob_list(host, filehost))
        return PAW_FILEHOST;
    if (paw_in_glob_list(host, dyndns))
        return PAW_DYNDNS;
    if (paw_in_glob_list(host, microsoft))
        return PAW_MICROSOFT;
    return paw_in_glob_list(host, rare_tld) ? PAW_RARE_TLD : PAW_OTHER_HOST;
}

uint64_t paw_address_class(paw_str host, const struct paw_machine *machine)
{
    uint32_t v4 = 0;
    uint16_t v6[8];
    if (host.n > 1 && host.p[host.n - 1] == '.')
        host.n--;
    if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = paw_str_sub(host, 1, host.n - 2);
    if (host.n == 0)
        return 0;
    if (host.n > 255)
        return PAW_OTHER_HOST;
    if (read_ipv4(host, &v4))
        return class_of_ipv4(v4);
    if (read_ipv6(host, v6) || read_literal_name(host, v6))
        return class_of_ipv6(v6);
    if (paw_str_same_name(host, PAW_LIT("localhost")) ||
        paw_str_ends_name(host, PAW_LIT(".localhost")))
        return PAW_LOOPBACK;
    return is_local_name(host, machine) ? PAW_LOCAL : class_of_name(host);
}

/* URLs ------------------------------------------------------------------------------------------
 */

/* Adds s with `[.]`, `(.)`, `[:]` and `\` made plain, in lower case if wanted. */
static void add_refanged(paw_str s, bool lower, struct paw_text *out)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if ((c == '[' || c == '(') && s.n - i > 2 && (s.p[i + 1] == '.' || s.p[i + 1] == ':') &&
            (s.p[i + 2] == ']' || s.p[i + 2] == ')')) {
            c = s.p[i + 1];
            i += 2;
        }
        if (c == '\\')
            c = '/';
        paw_text_char(out, lower ? paw_lower(c) : c);
    }
}

static void pop_segment(struct paw_text *out, size_t floor)
{
    size_t at = out->n;
    while (at > floor && out->p[at - 1] != '/')
        at--;
    out->n = at > floor ? at - 1 : floor;
}

/* Path and query: decoded, `\` turned, `.` and `..` resolved before the query. */
static void add_path(paw_str s, struct paw_text *out)
{
    const size_t floor = out->n;
    bool in_query = false;
    size_t segment = 0; /* where the segment began in out */
    for (size_t i = 0; i <= s.n; i++) {
        char c = i < s.n ? s.p[i] : '\0';
        const bool at_end = i == s.n;
        if (!at_end && c == '%' && s.n - i > 2 && hex_digit(s.p[i + 1]) >= 0 &&
            hex_digit(s.p[i + 2]) >= 0) {
            const int byte = hex_digit(s.p[i + 1]) * 16 + hex_digit(s.p[i + 2]);
            if (byte > ' ' && byte < 0x7F) {
                c = (char)byte;
                i += 2;
            }
        }
        if (c == '\\' && !in_query)
            c = '/';
        const bool starts_query = !in_query && (c == '?' || c == '#');
        if ((c == '/' || at_end || starts_query) && !in_query && !out->is_full) {
            const paw_str last = paw_str_from(paw_text_view(out), segment);
            if (segment > floor && paw_str_equal(last, PAW_LIT("..")) && segment != 0) {
                out->n = segment - 1;
                pop_segment(out, floor);
            } else if (segment > floor && paw_str_equal(last, PAW_LIT("."))) {
                out->n = segment - 1;
            }
            segment = out->n + 1;
        }
        in_query = in_query || starts_query;
        if (!at_end)
            paw_text_char(out, c);
    }
}

static bool is_default_port(paw_str scheme, paw_str port)
{
    return (paw_str_equal(scheme, PAW_LIT("http")) && paw_str_equal(port, PAW_LIT("80"))) ||
           (paw_str_equal(scheme, PAW_LIT("https")) && paw_str_equal(port, PAW_LIT("443"))) ||
           (paw_str_equal(scheme, PAW_LIT("ftp")) && paw_str_equal(port, PAW_LIT("21")));
}

static paw_str canonical_scheme(paw_str s)
{
    if (paw_in_list(s, "https|hxxps"))
        return PAW_LIT("https");
    if (paw_in_list(s, "ftp|ftps"))
        return PAW_LIT("ftp");
    return paw_str_same_name(s, PAW_LIT("file")) ? PAW_LIT("file") : PAW_LIT("http");
}

static void add_number(uint32_t value, struct paw_text *out)
{
    char digits[10];
    size_t n = sizeof(digits);
    do {
        digits[--n] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    paw_text_add(out, (paw_str){digits + n, sizeof(digits) - n});
}

static void add_host(paw_str host, struct paw_text *out)
{
    uint32_t v4 = 0;
    if (!read_ipv4(host, &v4)) {
        paw_text_add(out, host);
        return;
    }
    for (unsigned i = 0; i < 4; i++) {
        if (i != 0)
            paw_text_char(out, '.');
        add_number(v4 >> (24 - 8 * i) & 0xFF, out);
    }
}

/* authority without user and password, split at the port. */
static void split_authority(paw_str authority, paw_str *host, paw_str *port)
{
    const size_t at = paw_str_rfind_char(authority, '@');
    if (at != SIZE_MAX)
        authority = paw_str_from(authority, at + 1);
    const size_t bracket = paw_str_rfind_char(authority, ']');
    const size_t colon = paw_str_find_char(authority, ':', bracket == SIZE_MAX ? 0 : bracket);
    *host = paw_str_sub(authority, 0, colon);
    *port = colon == SIZE_MAX ? PAW_LIT("") : paw_str_from(authority, colon + 1);
}

/* Length of the scheme with its colon, also written `[:]`; 0 if s has none we know. */
static size_t scheme_length(paw_str s)
{
    size_t n = 0;
    while (n < s.n && paw_is_letter(s.p[n]))
        n++;
    if (!paw_in_list(paw_str_sub(s, 0, n), "http|https|ftp|ftps|hxxp|hxxps|file"))
        return 0;
    if (paw_str_starts(paw_str_from(s, n), PAW_LIT("[:]")))
        return n + 3;
    return n < s.n && s.p[n] == ':' ? n + 1 : 0;
}

/* `\\\\host@SSL@443\\dav\\x` as the address the WebDAV client asks; absent if raw is none. */
static paw_str webdav_url(paw_str raw, struct paw_arena *arena)
{
    size_t end = 2;
    while (end < raw.n && !paw_is_slash(raw.p[end]))
        end++;
    const paw_str whole = paw_str_sub(raw, 2, end - 2);
    const size_t sign = paw_str_find_char(whole, '@', 0);
    const bool root = paw_str_starts_name(paw_str_from(raw, end + 1), PAW_LIT("DavWWWRoot"));
    if (raw.n < 3 || !paw_is_slash(raw.p[0]) || !paw_is_slash(raw.p[1]) ||
        (sign == SIZE_MAX && !root))
        return (paw_str){0};
    paw_str port = sign == SIZE_MAX ? PAW_LIT("") : paw_str_from(whole, sign + 1);
    const bool secure = paw_str_starts_name(port, PAW_LIT("SSL"));
    port = paw_str_from(port, secure && port.n > 3 && port.p[3] == '@' ? 4 : secure ? 3 : 0);
    struct paw_text t = paw_text_new(arena, raw.n + 16);
    paw_text_add(&t, secure ? PAW_LIT("https://") : PAW_LIT("http://"));
    paw_text_add(&t, paw_str_sub(whole, 0, sign));
    if (port.n != 0)
        paw_text_char(&t, ':');
    paw_text_add(&t, port);
    paw_text_add(&t, paw_str_from(raw, root ? end + 11 : end));
    return paw_text_view(&t);
}

bool paw_url_read(paw_str raw, const struct paw_machine *machine, struct paw_arena *arena,
                  struct paw_url *ret)
{
    paw_str host, port;
    if (raw.n > 2 && raw.n <= MOST_URL_BYTES && paw_is_slash(raw.p[0])) {
        const paw_str url = webdav_url(raw, arena);
        raw = url.p == NULL ? raw : url;
    }
    const size_t after = scheme_length(raw);
    if (after == 0 || raw.n > MOST_URL_BYTES)
        return false;
    size_t letters = 0;
    while (paw_is_letter(raw.p[letters]))
        letters++;
    const paw_str scheme = canonical_scheme(paw_str_sub(raw, 0, letters));
    size_t from = after, end;
    while (from < raw.n && paw_is_slash(raw.p[from]))
        from++;
    for (end = from;
         end < raw.n && !paw_is_slash(raw.p[end]) && raw.p[end] != '?' && raw.p[end] != '#';)
        end++;
    struct paw_text clean = paw_text_new(arena, end - from);
    add_refanged(paw_str_sub(raw, from, end - from), true, &clean);
    split_authority(paw_text_view(&clean), &host, &port);

    struct paw_text out = paw_text_new(arena, raw.n + 16);
    paw_text_add(&out, scheme);
    paw_text_add(&out, PAW_LIT("://"));
    const size_t host_at = out.n;
    add_host(host, &out);
    const size_t host_end = out.n;
    size_t port_at = host_end;
    if (port.n != 0 && !is_default_port(scheme, port)) {
        paw_text_char(&out, ':');
        port_at = out.n;
        paw_text_add(&out, port);
    }
    const size_t path_at = out.n;
    add_path(paw_str_from(raw, end), &out);
    if (out.is_full)
        return false;
    ret->norm = paw_text_view(&out);
    ret->scheme = paw_str_sub(ret->norm, 0, scheme.n);
    ret->host = paw_str_sub(ret->norm, host_at, host_end - host_at);
    ret->port = paw_str_sub(ret->norm, port_at, path_at - port_at);
    ret->path = paw_str_from(ret->norm, path_at);
    ret->class = paw_address_class(ret->host, machine);
    return true;
}
