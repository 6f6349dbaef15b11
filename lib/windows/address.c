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

/* Globs over a host's name, with their lengths: a name is held against some three hundred. */
#define W(glob) PAW_LIT_INIT(glob)

static const paw_str local_suffixes[] = {W("*.local"),      W("*.lan"),      W("*.corp"),
                                         W("*.internal"),   W("*.intranet"), W("*.home.arpa"),
                                         W("*.localdomain")};

static const paw_str dyndns[] = {
    W("*.duckdns.org"),     W("*.no-ip.*"),           W("*.noip.*"),
    W("*.ddns.net"),        W("*.hopto.org"),         W("*.zapto.org"),
    W("*.sytes.net"),       W("*.dyndns.*"),          W("*.dynu.*"),
    W("*.dynu.net"),        W("*.myftp.*"),           W("*.myvnc.com"),
    W("*.serveftp.com"),    W("*.servebeer.com"),     W("*.redirectme.net"),
    W("*.ddnsfree.com"),    W("*.freedynamicdns.*"),  W("*.gotdns.ch"),
    W("*.3utilities.com"),  W("*.bounceme.net"),      W("*.onthewifi.com"),
    W("*.publicvm.com"),    W("*.linkpc.net"),        W("*.kozow.com"),
    W("*.ooguy.com"),       W("*.theworkpc.com"),     W("*.accesscam.org"),
    W("*.camdvr.org"),      W("*.casacam.net"),       W("*.giize.com"),
    W("*.gleeze.com"),      W("*.loseyourip.com"),    W("*.mywire.org"),
    W("*.webredirect.org"), W("*.chickenkiller.com"), W("*.mooo.com"),
    W("*.ignorelist.com"),  W("*.strangled.net"),     W("*.us.to"),
    W("*.afraid.org"),      W("*.changeip.*"),        W("*.dns.army"),
    W("*.dynv6.net"),       W("*.nsupdate.info"),     W("*.servehttp.com"),
    W("*.serveblog.net"),   W("*.viewdns.net"),       W("*.webhop.*")};

static const paw_str filehost[] = {W("raw.githubusercontent.com"),
                                   W("gist.githubusercontent.com"),
                                   W("*.githubusercontent.com"),
                                   W("gist.github.com"),
                                   W("github.com"),
                                   W("gitlab.com"),
                                   W("bitbucket.org"),
                                   W("*.github.io"),
                                   W("pastebin.com"),
                                   W("paste.ee"),
                                   W("*.paste.ee"),
                                   W("rentry.co"),
                                   W("hastebin.com"),
                                   W("ghostbin.*"),
                                   W("dpaste.*"),
                                   W("controlc.com"),
                                   W("termbin.com"),
                                   W("0x0.st"),
                                   W("ix.io"),
                                   W("transfer.sh"),
                                   W("cdn.discordapp.com"),
                                   W("media.discordapp.net"),
                                   W("discord.com"),
                                   W("discord.gg"),
                                   W("*.discordapp.com"),
                                   W("api.telegram.org"),
                                   W("t.me"),
                                   W("telegram.org"),
                                   W("telegra.ph"),
                                   W("dl.dropboxusercontent.com"),
                                   W("*.dropboxusercontent.com"),
                                   W("dropbox.com"),
                                   W("*.dropbox.com"),
                                   W("onedrive.live.com"),
                                   W("1drv.ms"),
                                   W("1drv.com"),
                                   W("*.1drv.com"),
                                   W("drive.google.com"),
                                   W("docs.google.com"),
                                   W("drive.usercontent.google.com"),
                                   W("sites.google.com"),
                                   W("script.google.com"),
                                   W("storage.googleapis.com"),
                                   W("firebasestorage.googleapis.com"),
                                   W("*.googleusercontent.com"),
                                   W("*.ngrok.io"),
                                   W("*.ngrok.app"),
                                   W("*.ngrok-free.app"),
                                   W("*.ngrok.dev"),
                                   W("*.trycloudflare.com"),
                                   W("*.workers.dev"),
                                   W("*.pages.dev"),
                                   W("*.r2.dev"),
                                   W("ipfs.io"),
                                   W("*.ipfs.io"),
                                   W("dweb.link"),
                                   W("*.dweb.link"),
                                   W("cloudflare-ipfs.com"),
                                   W("nftstorage.link"),
                                   W("*.nftstorage.link"),
                                   W("gateway.pinata.cloud"),
                                   W("mega.nz"),
                                   W("mega.co.nz"),
                                   W("*.mega.nz"),
                                   W("anonfiles.com"),
                                   W("file.io"),
                                   W("gofile.io"),
                                   W("*.gofile.io"),
                                   W("catbox.moe"),
                                   W("files.catbox.moe"),
                                   W("litter.catbox.moe"),
                                   W("mediafire.com"),
                                   W("*.mediafire.com"),
                                   W("sendspace.com"),
                                   W("*.sendspace.com"),
                                   W("wetransfer.com"),
                                   W("*.wetransfer.com"),
                                   W("we.tl"),
                                   W("filebin.net"),
                                   W("temp.sh"),
                                   W("tmpfiles.org"),
                                   W("ufile.io"),
                                   W("bashupload.com"),
                                   W("*.s3.amazonaws.com"),
                                   W("s3.amazonaws.com"),
                                   W("*.glitch.me"),
                                   W("*.replit.dev"),
                                   W("*.repl.co"),
                                   W("*.vercel.app"),
                                   W("*.netlify.app"),
                                   W("*.herokuapp.com"),
                                   W("*.onrender.com"),
                                   W("*.web.app"),
                                   W("*.firebaseapp.com"),
                                   W("*.serveo.net"),
                                   W("*.localhost.run"),
                                   W("*.lhr.life"),
                                   W("*.loca.lt"),
                                   W("*.sharepoint.com"),
                                   W("*.azureedge.net"),
                                   W("*.azurefd.net"),
                                   W("*.blob.core.windows.net"),
                                   W("*.cloudapp.net"),
                                   W("*.cloudapp.azure.com"),
                                   W("*.azurewebsites.net"),
                                   W("*.trafficmanager.net"),
                                   W("*.web.core.windows.net"),
                                   W("*.file.core.windows.net")};

static const paw_str revocation[] = {W("ctldl.windowsupdate.com"),
                                     W("crl.*"),
                                     W("crl?.*"),
                                     W("crls.*"),
                                     W("ocsp.*"),
                                     W("ocsp?.*"),
                                     W("ocsp-*"),
                                     W("*.ocsp.*"),
                                     W("*.crl.*"),
                                     W("oneocsp.microsoft.com"),
                                     W("mscrl.microsoft.com"),
                                     W("cacerts.digicert.com"),
                                     W("*.lencr.org"),
                                     W("www.microsoft.com.edgekey.net"),
                                     W("statuse.digitalcertvalidation.com"),
                                     W("status.*.com.rev")};

/* crl and ocsp hosts count only below a certificate authority. */
static const paw_str authorities[] = {W("*.digicert.com"),
                                      W("*.verisign.com"),
                                      W("*.symantec.com"),
                                      W("*.symcb.com"),
                                      W("*.symcd.com"),
                                      W("*.globalsign.com"),
                                      W("*.globalsign.net"),
                                      W("*.sectigo.com"),
                                      W("*.comodoca.com"),
                                      W("*.comodo.com"),
                                      W("*.usertrust.com"),
                                      W("*.entrust.net"),
                                      W("*.entrust.com"),
                                      W("*.godaddy.com"),
                                      W("*.starfieldtech.com"),
                                      W("*.thawte.com"),
                                      W("*.geotrust.com"),
                                      W("*.rapidssl.com"),
                                      W("*.pki.goog"),
                                      W("*.lencr.org"),
                                      W("*.letsencrypt.org"),
                                      W("*.microsoft.com"),
                                      W("*.msocsp.com"),
                                      W("*.windowsupdate.com"),
                                      W("*.identrust.com"),
                                      W("*.quovadisglobal.com"),
                                      W("*.certum.pl"),
                                      W("*.trust-provider.com"),
                                      W("*.amazontrust.com"),
                                      W("*.ssl.com"),
                                      W("*.swisssign.net"),
                                      W("*.buypass.com"),
                                      W("*.actalis.it"),
                                      W("*.trustwave.com"),
                                      W("*.wosign.com"),
                                      W("*.startssl.com"),
                                      W("*.apple.com"),
                                      W("*.adobe.com"),
                                      W("*.digitalcertvalidation.com"),
                                      W("*.trust.telia.com"),
                                      W("*.harica.gr"),
                                      W("*.d-trust.net"),
                                      W("*.telesec.de"),
                                      W("*.certigna.fr"),
                                      W("*.netsolssl.com"),
                                      W("*.cybertrust.ne.jp"),
                                      W("*.omniroot.com"),
                                      W("*.xboxlive.com"),
                                      W("*.rootg2.amazontrust.com"),
                                      W("*.pki.goog")};

static const paw_str microsoft[] = {
    W("microsoft.com"),       W("*.microsoft.com"),       W("windows.com"),   W("*.windows.com"),
    W("windowsupdate.com"),   W("*.windowsupdate.com"),   W("msftncsi.com"),  W("*.msftncsi.com"),
    W("msftconnecttest.com"), W("*.msftconnecttest.com"), W("msedge.net"),    W("*.msedge.net"),
    W("office.com"),          W("*.office.com"),          W("office365.com"), W("*.office365.com"),
    W("office.net"),          W("*.office.net"),          W("live.com"),      W("*.live.com")};

static const paw_str rare_tld[] = {
    W("*.top"),        W("*.xyz"),     W("*.tk"),     W("*.ml"),     W("*.ga"),       W("*.cf"),
    W("*.gq"),         W("*.icu"),     W("*.buzz"),   W("*.club"),   W("*.rest"),     W("*.click"),
    W("*.link"),       W("*.work"),    W("*.cyou"),   W("*.cfd"),    W("*.sbs"),      W("*.quest"),
    W("*.monster"),    W("*.hair"),    W("*.beauty"), W("*.fun"),    W("*.space"),    W("*.site"),
    W("*.online"),     W("*.website"), W("*.press"),  W("*.pw"),     W("*.su"),       W("*.zip"),
    W("*.mov"),        W("*.bond"),    W("*.lol"),    W("*.makeup"), W("*.skin"),     W("*.mom"),
    W("*.pics"),       W("*.boats"),   W("*.autos"),  W("*.shop"),   W("*.vip"),      W("*.wang"),
    W("*.bid"),        W("*.loan"),    W("*.win"),    W("*.stream"), W("*.download"), W("*.racing"),
    W("*.review"),     W("*.date"),    W("*.trade"),  W("*.party"),  W("*.science"),  W("*.men"),
    W("*.accountant"), W("*.cricket"), W("*.faith"),  W("*.gdn"),    W("*.kim"),      W("*.surf"),
    W("*.live"),       W("*.store"),   W("*.host"),   W("*.fit"),    W("*.uno"),      W("*.ooo"),
    W("*.cc"),         W("*.ws"),      W("*.casa"),   W("*.cam"),    W("*.best"),     W("*.bar")};

#undef W

static bool fits(paw_str host, const paw_str *globs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (paw_glob_view(host, globs[i]))
            return true;
    return false;
}

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

bool paw_address_in(const uint16_t a[8], const uint16_t net[8], unsigned bits)
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
    if (paw_address_in(a, loopback, 128))
        return PAW_LOOPBACK;
    if (paw_address_in(a, mapped, 96))
        return class_of_ipv4((uint32_t)a[6] << 16 | a[7]);
    for (size_t i = 0; i < PAW_COUNT_OF(local6); i++)
        if (paw_address_in(a, local6[i].unit, local6[i].bits))
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
    return fits(host, local_suffixes, PAW_COUNT_OF(local_suffixes));
}

static uint64_t class_of_name(paw_str host)
{
    if (fits(host, revocation, PAW_COUNT_OF(revocation)) &&
        fits(host, authorities, PAW_COUNT_OF(authorities)))
        return PAW_REVOCATION;
    if (fits(host, filehost, PAW_COUNT_OF(filehost)))
        return PAW_FILEHOST;
    if (fits(host, dyndns, PAW_COUNT_OF(dyndns)))
        return PAW_DYNDNS;
    if (fits(host, microsoft, PAW_COUNT_OF(microsoft)))
        return PAW_MICROSOFT;
    return fits(host, rare_tld, PAW_COUNT_OF(rare_tld)) ? PAW_RARE_TLD : PAW_OTHER_HOST;
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

bool paw_address_read(paw_str host, uint16_t ret[8])
{
    uint32_t v4 = 0;
    if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = paw_str_sub(host, 1, host.n - 2);
    if (host.n == 0 || host.n > 255)
        return false;
    if (!read_ipv4(host, &v4))
        return read_ipv6(host, ret) || read_literal_name(host, ret);
    memset(ret, 0, 8 * sizeof(ret[0]));
    ret[5] = 0xFFFF;
    ret[6] = (uint16_t)(v4 >> 16);
    ret[7] = (uint16_t)(v4 & 0xFFFF);
    return true;
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
