/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target over files, or over the files of folders, where there is no engine. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LONGEST_PATH = 4096 };

static unsigned n_run, n_failed;

static void run_file(const char *path, size_t size)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data = malloc(size == 0 ? 1 : size); /* exact, so that a read behind it is seen */
    if (f == NULL || data == NULL || fread(data, 1, size, f) != size) {
        (void)fprintf(stderr, "cannot read \"%s\"\n", path);
        n_failed++;
    } else {
        (void)LLVMFuzzerTestOneInput(data, size); /* a fault aborts */
        n_run++;
    }
    free(data);
    if (f != NULL)
        (void)fclose(f); /* only read from */
}

static void run(const char *path)
{
    struct stat st;
    char inner[LONGEST_PATH];
    if (stat(path, &st) != 0) {
        (void)fprintf(stderr, "no such file: \"%s\"\n", path);
        n_failed++;
        return;
    }
    if (!S_ISDIR(st.st_mode)) {
        run_file(path, (size_t)st.st_size);
        return;
    }
    DIR *dir = opendir(path);
    if (dir == NULL)
        return;
    for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        const int n = snprintf(inner, sizeof(inner), "%s/%s", path, e->d_name);
        if (e->d_name[0] != '.' && n > 0 && (size_t)n < sizeof(inner) && stat(inner, &st) == 0 &&
            S_ISREG(st.st_mode))
            run_file(inner, (size_t)st.st_size);
    }
    (void)closedir(dir); /* only read from */
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        run(argv[i]);
    printf("%u inputs\n", n_run);
    return n_failed == 0 ? 0 : 1;
}
