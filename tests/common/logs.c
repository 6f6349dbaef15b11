/* SPDX-License-Identifier: Apache-2.0 */
#include "common/logs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "special.h"

paw_bytes test_log(const char *name)
{
    char path[] = "/tmp/paw-log-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "rb");
    assert_non_null(f);
    assert_int_equal(gen_special_write(name, path), 0);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    const long n = ftell(f);
    assert_true(n > 0);
    uint8_t *bytes = malloc((size_t)n);
    assert_non_null(bytes);
    rewind(f);
    assert_int_equal(fread(bytes, 1, (size_t)n, f), n);
    (void)fclose(f); /* it was only read */
    (void)remove(path);
    return (paw_bytes){bytes, (size_t)n};
}

void test_log_free(paw_bytes bytes)
{
    free((void *)(uintptr_t)bytes.p);
}

bool test_log_holds(const struct test_log_case *c, const unsigned of_state[3], uint64_t told)
{
    if (of_state[PAW_INTACT] == c->intact && of_state[PAW_RECOVERED] == c->recovered &&
        of_state[PAW_CORRUPT] == c->corrupt && told == c->told)
        return true;
    print_error("%s: %u intact, %u recovered, %u damaged, told %llx\n", c->name,
                of_state[PAW_INTACT], of_state[PAW_RECOVERED], of_state[PAW_CORRUPT],
                (unsigned long long)told);
    return false;
}
