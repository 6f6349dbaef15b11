/* SPDX-License-Identifier: Apache-2.0 */
/* Where libregf is not built in, the proved records are read alone. */
#include "parsers/regf/libregf_adapter.h"

enum paw_status paw_libregf_open(const struct paw_regf *h, struct paw_libregf **ret,
                                 struct paw_error *err)
{
    (void)h;
    *ret = NULL;
    (void)err;
    return PAW_OK;
}

void paw_libregf_close(struct paw_libregf *l)
{
    (void)l;
}

bool paw_libregf_has_key(struct paw_libregf *l, uint32_t key)
{
    (void)l;
    (void)key;
    return false;
}

bool paw_libregf_value(struct paw_libregf *l, uint32_t i, struct paw_arena *arena,
                       uint32_t *ret_type, paw_bytes *ret_data)
{
    (void)l;
    (void)i;
    (void)arena;
    (void)ret_type;
    (void)ret_data;
    return false;
}
