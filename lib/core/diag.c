/* SPDX-License-Identifier: Apache-2.0 */
/* The registry of diagnostics: see catspaw/reader.h. */
#include <catspaw/reader.h>

static const struct {
    const char *name, *text;
    bool is_damage;
} diags[PAW_N_DIAGS] = {
#define DIAG(id, name, damage, text) [PAW_D_##id] = {name, text, damage},
    PAW_DIAGS(DIAG)
#undef DIAG
};

const char *paw_diag_name(uint32_t code)
{
    return code > PAW_D_NONE && code < PAW_N_DIAGS ? diags[code].name : "unknown";
}

const char *paw_diag_text(uint32_t code)
{
    return code > PAW_D_NONE && code < PAW_N_DIAGS ? diags[code].text : "unknown";
}

bool paw_diag_is_damage(uint32_t code)
{
    return code > PAW_D_NONE && code < PAW_N_DIAGS && diags[code].is_damage;
}
