/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unicode folding: see fold.h. Follows docs/detections 2.5; upper-casing is the simple one to one
 * mapping of Unicode below U+10000 as NTFS uses it, without the letters that NTFS leaves alone
 * (dotless i, long s, micro sign).
 */
#include "windows/fold.h"

enum { FOREIGN = 0xFF }; /* stands for a character that no switch name can hold */

struct case_range {
    uint16_t first, last;
    uint8_t step; /* 2: capital and small letters alternate */
    int32_t delta;
};

struct range {
    uint32_t first, last;
};

struct letter_range {
    uint32_t first;
    const char *letters; /* from first on; '.' for none */
};

static const struct case_range cases[] = {
    {0x00E0, 0x00F6, 1, -32},    {0x00F8, 0x00FE, 1, -32},   {0x00FF, 0x00FF, 1, 121},
    {0x0101, 0x012F, 2, -1},     {0x0133, 0x0137, 2, -1},    {0x013A, 0x0148, 2, -1},
    {0x014B, 0x0177, 2, -1},     {0x017A, 0x017E, 2, -1},    {0x0180, 0x0180, 1, 195},
    {0x0183, 0x0185, 2, -1},     {0x0188, 0x0188, 1, -1},    {0x018C, 0x018C, 1, -1},
    {0x0192, 0x0192, 1, -1},     {0x0195, 0x0195, 1, 97},    {0x0199, 0x0199, 1, -1},
    {0x019A, 0x019A, 1, 163},    {0x019E, 0x019E, 1, 130},   {0x01A1, 0x01A5, 2, -1},
    {0x01A8, 0x01A8, 1, -1},     {0x01AD, 0x01AD, 1, -1},    {0x01B0, 0x01B0, 1, -1},
    {0x01B4, 0x01B6, 2, -1},     {0x01B9, 0x01B9, 1, -1},    {0x01BD, 0x01BD, 1, -1},
    {0x01BF, 0x01BF, 1, 56},     {0x01C5, 0x01C5, 1, -1},    {0x01C6, 0x01C6, 1, -2},
    {0x01C8, 0x01C8, 1, -1},     {0x01C9, 0x01C9, 1, -2},    {0x01CB, 0x01CB, 1, -1},
    {0x01CC, 0x01CC, 1, -2},     {0x01CE, 0x01DC, 2, -1},    {0x01DD, 0x01DD, 1, -79},
    {0x01DF, 0x01EF, 2, -1},     {0x01F2, 0x01F2, 1, -1},    {0x01F3, 0x01F3, 1, -2},
    {0x01F5, 0x01F5, 1, -1},     {0x01F9, 0x021F, 2, -1},    {0x0223, 0x0233, 2, -1},
    {0x023C, 0x023C, 1, -1},     {0x023F, 0x0240, 1, 10815}, {0x0242, 0x0242, 1, -1},
    {0x0247, 0x024F, 2, -1},     {0x0250, 0x0250, 1, 10783}, {0x0251, 0x0251, 1, 10780},
    {0x0252, 0x0252, 1, 10782},  {0x0253, 0x0253, 1, -210},  {0x0254, 0x0254, 1, -206},
    {0x0256, 0x0257, 1, -205},   {0x0259, 0x0259, 1, -202},  {0x025B, 0x025B, 1, -203},
    {0x025C, 0x025C, 1, 42319},  {0x0260, 0x0260, 1, -205},  {0x0261, 0x0261, 1, 42315},
    {0x0263, 0x0263, 1, -207},   {0x0265, 0x0265, 1, 42280}, {0x0266, 0x0266, 1, 42308},
    {0x0268, 0x0268, 1, -209},   {0x0269, 0x0269, 1, -211},  {0x026A, 0x026A, 1, 42308},
    {0x026B, 0x026B, 1, 10743},  {0x026C, 0x026C, 1, 42305}, {0x026F, 0x026F, 1, -211},
    {0x0271, 0x0271, 1, 10749},  {0x0272, 0x0272, 1, -213},  {0x0275, 0x0275, 1, -214},
    {0x027D, 0x027D, 1, 10727},  {0x0280, 0x0280, 1, -218},  {0x0282, 0x0282, 1, 42307},
    {0x0283, 0x0283, 1, -218},   {0x0287, 0x0287, 1, 42282}, {0x0288, 0x0288, 1, -218},
    {0x0289, 0x0289, 1, -69},    {0x028A, 0x028B, 1, -217},  {0x028C, 0x028C, 1, -71},
    {0x0292, 0x0292, 1, -219},   {0x029D, 0x029D, 1, 42261}, {0x029E, 0x029E, 1, 42258},
    {0x0371, 0x0373, 2, -1},     {0x0377, 0x0377, 1, -1},    {0x037B, 0x037D, 1, 130},
    {0x03AC, 0x03AC, 1, -38},    {0x03AD, 0x03AF, 1, -37},   {0x03B1, 0x03C1, 1, -32},
    {0x03C2, 0x03C2, 1, -31},    {0x03C3, 0x03CB, 1, -32},   {0x03CC, 0x03CC, 1, -64},
    {0x03CD, 0x03CE, 1, -63},    {0x03D7, 0x03D7, 1, -8},    {0x03D9, 0x03EF, 2, -1},
    {0x03F2, 0x03F2, 1, 7},      {0x03F3, 0x03F3, 1, -116},  {0x03F8, 0x03F8, 1, -1},
    {0x03FB, 0x03FB, 1, -1},     {0x0430, 0x044F, 1, -32},   {0x0450, 0x045F, 1, -80},
    {0x0461, 0x0481, 2, -1},     {0x048B, 0x04BF, 2, -1},    {0x04C2, 0x04CE, 2, -1},
    {0x04CF, 0x04CF, 1, -15},    {0x04D1, 0x052F, 2, -1},    {0x0561, 0x0586, 1, -48},
    {0x1D79, 0x1D79, 1, 35332},  {0x1D7D, 0x1D7D, 1, 3814},  {0x1D8E, 0x1D8E, 1, 35384},
    {0x1E01, 0x1E95, 2, -1},     {0x1EA1, 0x1EFF, 2, -1},    {0x214E, 0x214E, 1, -28},
    {0x2170, 0x217F, 1, -16},    {0x2184, 0x2184, 1, -1},    {0x24D0, 0x24E9, 1, -26},
    {0x2C30, 0x2C5F, 1, -48},    {0x2C61, 0x2C61, 1, -1},    {0x2C65, 0x2C65, 1, -10795},
    {0x2C66, 0x2C66, 1, -10792}, {0x2C68, 0x2C6C, 2, -1},    {0x2C73, 0x2C73, 1, -1},
    {0x2C76, 0x2C76, 1, -1},     {0x2C81, 0x2CE3, 2, -1},    {0x2CEC, 0x2CEE, 2, -1},
    {0x2CF3, 0x2CF3, 1, -1},     {0x2D00, 0x2D25, 1, -7264}, {0x2D27, 0x2D27, 1, -7264},
    {0x2D2D, 0x2D2D, 1, -7264},  {0xA641, 0xA66D, 2, -1},    {0xA681, 0xA69B, 2, -1},
    {0xA723, 0xA72F, 2, -1},     {0xA733, 0xA76F, 2, -1},    {0xA77A, 0xA77C, 2, -1},
    {0xA77F, 0xA787, 2, -1},     {0xA78C, 0xA78C, 1, -1},    {0xA791, 0xA793, 2, -1},
    {0xA794, 0xA794, 1, 48},     {0xA797, 0xA7A9, 2, -1},    {0xA7B5, 0xA7C3, 2, -1},
    {0xA7C8, 0xA7CA, 2, -1},     {0xA7D1, 0xA7D1, 1, -1},    {0xA7D7, 0xA7D9, 2, -1},
    {0xA7F6, 0xA7F6, 1, -1},     {0xFF41, 0xFF5A, 1, -32},
};

static const struct range dashes[] = {
    {0x00AD, 0x00AD}, {0x058A, 0x058A}, {0x05BE, 0x05BE}, {0x1400, 0x1400}, {0x1806, 0x1806},
    {0x2010, 0x2010}, {0x2012, 0x2015}, {0x2044, 0x2044}, {0x2053, 0x2053}, {0x2212, 0x2212},
    {0x2215, 0x2215}, {0x244A, 0x244A}, {0x29F8, 0x29F8}, {0x2E17, 0x2E17}, {0x2E3A, 0x2E3B},
    {0x301C, 0x301C}, {0x3030, 0x3030}, {0x30A0, 0x30A0}, {0xFE31, 0xFE32}, {0xFE58, 0xFE58},
    {0xFE63, 0xFE63}, {0xFF0D, 0xFF0D}, {0xFF0F, 0xFF0F},
};

/* Ignorable, and unassigned in Unicode 6 as far as they were tried (regsvr32, cmstp). */
static const struct range ignored[] = {
    {0x00AD, 0x00AD}, {0x034F, 0x034F}, {0x0378, 0x0379},   {0x037F, 0x0383}, {0x061C, 0x061C},
    {0x0528, 0x0530}, {0x0557, 0x0558}, {0x200B, 0x200F},   {0x202A, 0x202E}, {0x2060, 0x206F},
    {0x2072, 0x2073}, {0x208F, 0x208F}, {0x209D, 0x209F},   {0x20BA, 0x20CF}, {0x218A, 0x218F},
    {0x23F4, 0x23FF}, {0x2427, 0x243F}, {0x244B, 0x245F},   {0xFDD0, 0xFDEF}, {0xFE00, 0xFE0F},
    {0xFEFF, 0xFEFF}, {0xFFF0, 0xFFFF}, {0xE0000, 0xE0FFF},
};

static const struct letter_range modifiers[] = {
    {0x02B0, "h.jr...wy"},
    {0x02E1, "lsx"},
    {0x1D2C, "a.b.de.ghijklmn.o.prtuwa...bde...g.km.o"},
    {0x1D56, "ptu..v"},
    {0x1D62, "iruv"},
    {0x1D9C, "c"},
    {0x1DA0, "f"},
    {0x1DBB, "z"},
    {0x2071, "i"},
    {0x207F, "n"},
    {0x2090, "aeox.hklmnpst"},
    {0x2C7C, "jv"},
};

static bool in_ranges(uint32_t c, const struct range *r, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (c >= r[i].first && c <= r[i].last)
            return true;
    return false;
}

uint32_t paw_upper(uint32_t c)
{
    if (c < 0x80)
        return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
    size_t low = 0, high = PAW_COUNT_OF(cases);
    while (low < high) { /* first range that ends at c or behind it */
        const size_t middle = low + (high - low) / 2;
        if (cases[middle].last < c)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == PAW_COUNT_OF(cases) || c < cases[low].first ||
        (c - cases[low].first) % cases[low].step != 0)
        return c;
    return (uint32_t)((int32_t)c + cases[low].delta);
}

bool paw_is_dash_like(uint32_t c)
{
    return c >= 0x80 && in_ranges(c, dashes, PAW_COUNT_OF(dashes));
}

bool paw_is_bidi(uint32_t c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E ||
           c == 0x200F;
}

bool paw_is_unicode_blank(uint32_t c)
{
    return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

static uint32_t modifier_letter(uint32_t c)
{
    for (size_t i = 0; i < PAW_COUNT_OF(modifiers); i++) {
        const size_t n = strlen(modifiers[i].letters);
        if (c >= modifiers[i].first && c - modifiers[i].first < n) {
            const char letter = modifiers[i].letters[c - modifiers[i].first];
            return letter == '.' ? c : (uint32_t)(unsigned char)letter;
        }
    }
    return c;
}

uint32_t paw_fold_code_point(uint32_t c)
{
    if (c < 0x80)
        return c;
    if (in_ranges(c, ignored, PAW_COUNT_OF(ignored)))
        return 0;
    if (c >= 0xFF01 && c <= 0xFF5E)
        return c - 0xFF01 + '!';
    if (c == 0x00B2 || c == 0x00B3)
        return c - 0x00B2 + '2';
    if (c == 0x00B9)
        return '1';
    if (c == 0x2070 || (c >= 0x2074 && c <= 0x2079))
        return c - 0x2070 + '0';
    if (c >= 0x2080 && c <= 0x2089)
        return c - 0x2080 + '0';
    if (paw_is_dash_like(c))
        return '-';
    return modifier_letter(c);
}

void paw_fold_word(paw_str token, bool folds_unicode, struct paw_folded *ret)
{
    size_t at = 0;
    ret->n = 0;
    ret->is_changed = false;
    while (at < token.n && ret->n < PAW_FOLDED_MAX) {
        uint32_t c = 0;
        const size_t length = paw_utf8_next(token, at, &c);
        uint32_t folded = folds_unicode ? paw_fold_code_point(c) : c;
        if (ret->n == 0 && folds_unicode && paw_is_dash_like(c))
            folded = '/';
        ret->is_changed = ret->is_changed || folded != c;
        if (folded != 0 || c == 0) {
            ret->at[ret->n] = (uint32_t)at;
            ret->text[ret->n++] = folded < 0x80 ? paw_lower((char)folded) : (char)FOREIGN;
        }
        at += length;
    }
    ret->at[ret->n] = (uint32_t)at;
    ret->is_cut = at < token.n;
}
