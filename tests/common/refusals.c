/* SPDX-License-Identifier: Apache-2.0 */
#include "common/refusals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

void test_refusals(const struct test_refusal *rows, size_t n, test_read *read)
{
    for (size_t i = 0; i < n; i++) {
        struct paw_file_fault fault = {0};
        const enum paw_status status = read(rows[i].text, strlen(rows[i].text), &fault);
        if (status != PAW_E_FORMAT || strcmp(fault.what, rows[i].what) != 0 ||
            strcmp(fault.given, rows[i].given) != 0 || fault.line != rows[i].line ||
            fault.column != rows[i].column)
            fail_msg("%s: status %d, '%s', '%s', %u:%u", rows[i].text, status,
                     fault.what == NULL ? "" : fault.what, fault.given, (unsigned)fault.line,
                     (unsigned)fault.column);
    }
}
