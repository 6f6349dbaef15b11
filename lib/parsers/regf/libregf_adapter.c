/* SPDX-License-Identifier: Apache-2.0 */
/* libregf behind the proof of bounds.c. */
#include "parsers/regf/libregf_adapter.h"

#include <stdlib.h>

#include <libbfio.h>
#include <libregf.h>

#include "core/cursor.h"

enum {
    CELL_HEADER = 4, /* libregf's offsets of keys lie behind it */
};

struct paw_libregf {
    const struct paw_regf *hive;
    uint8_t *image;
    libbfio_handle_t *io;
    libregf_file_t *file;
    bool is_open;
    /* The keys from the root to the one asked for last. */
    libregf_key_t *path[PAW_REGF_DEPTH + 1];
    uint32_t index[PAW_REGF_DEPTH + 1];
    uint32_t n_path;
};

static void put32(uint8_t *b, uint32_t n)
{
    for (unsigned i = 0; i < 4; i++)
        b[i] = (uint8_t)(n >> 8 * i);
}

static uint32_t base_block_sum(const uint8_t *b)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < 508; i += 4)
        sum ^= paw_le32(b + i);
    return sum == 0 ? 1 : sum == UINT32_MAX ? UINT32_MAX - 1 : sum;
}

/* The hive as libregf accepts it: nothing behind the bins, a right checksum. */
static uint8_t *mended_copy(const struct paw_regf *h, size_t *ret_size)
{
    uint8_t *image = calloc(1, PAW_REGF_BLOCK + h->bins.n);
    if (image == NULL)
        return NULL;
    memcpy(image, h->file.p, PAW_REGF_BLOCK);
    memcpy(image + PAW_REGF_BLOCK, h->bins.p, h->bins.n);
    put32(image + 508, base_block_sum(image));
    *ret_size = PAW_REGF_BLOCK + h->bins.n;
    return image;
}

enum paw_status paw_libregf_open(const struct paw_regf *h, struct paw_libregf **ret,
                                 struct paw_error *err)
{
    size_t size = 0;
    /* It would follow the sizes of damaged bins out of the file. */
    if (!h->bins_are_whole)
        return paw_fail(err, PAW_E_TRUNCATED, 0, "bins of a hive");
    struct paw_libregf *l = calloc(1, sizeof *l);
    if (l == NULL)
        return paw_fail(err, PAW_E_MEMORY, 0, "libregf");
    l->hive = h;
    l->image = mended_copy(h, &size);
    if (l->image == NULL) {
        paw_libregf_close(l);
        return paw_fail(err, PAW_E_MEMORY, 0, "copy of a hive");
    }
    if (libbfio_memory_range_initialize(&l->io, NULL) != 1 ||
        libbfio_memory_range_set(l->io, l->image, size, NULL) != 1 ||
        libregf_file_initialize(&l->file, NULL) != 1) {
        paw_libregf_close(l);
        return paw_fail(err, PAW_E_MEMORY, 0, "libregf");
    }
    l->is_open =
        libregf_file_open_file_io_handle(l->file, l->io, LIBREGF_ACCESS_FLAG_READ, NULL) == 1;
    if (!l->is_open) {
        paw_libregf_close(l);
        return paw_fail(err, PAW_E_FORMAT, 0, "refused by libregf");
    }
    *ret = l;
    return PAW_OK;
}

static void leave(struct paw_libregf *l, uint32_t depth)
{
    while (l->n_path > depth)
        (void)libregf_key_free(&l->path[--l->n_path], NULL);
}

void paw_libregf_close(struct paw_libregf *l)
{
    if (l == NULL)
        return;
    leave(l, 0);
    if (l->is_open)
        (void)libregf_file_close(l->file, NULL);
    if (l->file != NULL)
        (void)libregf_file_free(&l->file, NULL);
    if (l->io != NULL)
        (void)libbfio_handle_free(&l->io, NULL);
    free(l->image);
    free(l);
}

/* One step down from the path's end; the key must be the one that was proved. */
static bool enter(struct paw_libregf *l, uint32_t key)
{
    const struct paw_regf_key *keys = l->hive->keys, *k = &keys[key];
    libregf_key_t *found = NULL;
    const int got =
        l->n_path == 0
            ? libregf_file_get_root_key(l->file, &found, NULL)
            : libregf_key_get_sub_key(l->path[l->n_path - 1],
                                      (int)(key - keys[k->parent].first_child), &found, NULL);
    off64_t at = 0;
    if (got != 1 || libregf_key_get_offset(found, &at, NULL) != 1 ||
        (uint64_t)at != (uint64_t)PAW_REGF_BLOCK + k->cell + CELL_HEADER) {
        if (found != NULL)
            (void)libregf_key_free(&found, NULL);
        return false;
    }
    l->path[l->n_path] = found;
    l->index[l->n_path++] = key;
    return true;
}

bool paw_libregf_has_key(struct paw_libregf *l, uint32_t key)
{
    const struct paw_regf_key *keys = l->hive->keys;
    uint32_t way[PAW_REGF_DEPTH + 1] = {0};
    uint32_t n = keys[key].depth;
    for (uint32_t i = key; i != PAW_REGF_NOTHING; i = keys[i].parent) {
        if (!keys[i].is_whole)
            return false;
        way[keys[i].depth] = i;
    }
    uint32_t common = 0;
    while (common < l->n_path && common <= n && l->index[common] == way[common])
        common++;
    leave(l, common);
    for (uint32_t depth = common; depth <= n; depth++)
        if (!enter(l, way[depth]))
            return false;
    return true;
}

bool paw_libregf_value(struct paw_libregf *l, uint32_t i, struct paw_arena *arena,
                       uint32_t *ret_type, paw_bytes *ret_data)
{
    libregf_value_t *v = NULL;
    size_t size = 0;
    uint8_t *data = NULL;
    if (libregf_key_get_value(l->path[l->n_path - 1], (int)i, &v, NULL) != 1)
        return false;
    bool given = libregf_value_get_value_type(v, ret_type, NULL) == 1 &&
                 libregf_value_get_value_data_size(v, &size, NULL) == 1 && size <= l->hive->bins.n;
    if (given && size != 0) {
        data = paw_arena_alloc(arena, size);
        given = data != NULL && libregf_value_get_value_data(v, data, size, NULL) == 1;
    }
    (void)libregf_value_free(&v, NULL);
    if (given)
        *ret_data = (paw_bytes){data, size};
    return given;
}
