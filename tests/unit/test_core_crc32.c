/* SPDX-License-Identifier: Apache-2.0 */
/* CRC-32: the check value of the catalogues, and every path against a bit at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/crc32.h"

static uint32_t bit_by_bit(uint32_t crc, const uint8_t *p, size_t n)
{
    crc = ~crc;
    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        for (unsigned k = 0; k < 8; k++)
            crc = crc >> 1 ^ (UINT32_C(0xEDB88320) & (0 - (crc & 1)));
    }
    return ~crc;
}

static void check_value(void **state)
{
    (void)state;
    static const uint8_t digits[] = "123456789";
    assert_int_equal(paw_crc32(0, (paw_bytes){digits, 9}), 0xCBF43926);
    assert_int_equal(paw_crc32_portable(0, (paw_bytes){digits, 9}), 0xCBF43926);
}

static void all_lengths(void **state)
{
    (void)state;
    static uint8_t bytes[9000];
    uint32_t random = 1;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        random = random * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(random >> 24);
    }
    for (size_t n = 0; n < sizeof(bytes) - 16; n += n < 300 ? 1 : 97) {
        const paw_bytes b = {bytes + n % 16, n};
        const uint32_t want = bit_by_bit(random, b.p, n);
        assert_int_equal(paw_crc32(random, b), want);
        assert_int_equal(paw_crc32_portable(random, b), want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(check_value),
                                       cmocka_unit_test(all_lengths)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
