/* SPDX-License-Identifier: Apache-2.0 */
/* Commands inside a command line. */
#include "windows/parse.h"

void paw_parse_nested(struct paw_parse *p)
{
    (void)p;
}
