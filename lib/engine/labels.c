/* SPDX-License-Identifier: Apache-2.0 */
/* The techniques of a finding: see labels.h. Few of them: everything is linear. */
#include "engine/labels.h"

static void add(const char **list, size_t *n, size_t room, const char *technique)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(list[i], technique) == 0)
            return;
    if (*n < room)
        list[(*n)++] = technique;
}

size_t paw_labels_most(const struct paw_held *held, size_t n)
{
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        most += 1 + held[i].n_also;
    return most;
}

size_t paw_labels_of(const struct paw_held *held, size_t n, const char **list, size_t room)
{
    size_t all = 0, leading = 0;
    for (size_t i = 0; i < n; i++) {
        add(list, &all, room, held[i].technique);
        for (size_t j = 0; j < held[i].n_also; j++)
            add(list, &all, room, held[i].also[j]);
        leading = i == 0 ? all : leading;
    }
    paw_labels_sort(list + leading, all - leading);
    return all;
}

void paw_labels_sort(const char **list, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const char *name = list[i];
        size_t j = i;
        for (; j > 0 && strcmp(list[j - 1], name) > 0; j--)
            list[j] = list[j - 1];
        list[j] = name;
    }
}
