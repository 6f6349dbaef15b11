/* SPDX-License-Identifier: Apache-2.0 */
/** URLs, hosts and addresses and their class (docs/detections 2.8). */
#pragma once

#include <catspaw/command.h>

#include "core/arena.h"

/** Class of a host name or literal address (IPv4 in any spelling, IPv6 with or without brackets):
 * exactly one PAW_LOOPBACK … PAW_OTHER_HOST bit; 0 for an empty one. */
uint64_t paw_address_class(paw_str host, const struct paw_machine *machine);

struct paw_url {
    paw_str scheme, host, port, path; /* views into norm */
    paw_str norm;
    uint64_t class; /* of the host */
};

/** Reads http(s), ftp and file URLs, also defanged (hxxp, [.]) and mistyped (`http:\\h\x`), and
 * UNC paths that name a web server (`\\host@SSL\x`); false if raw is none. */
bool paw_url_read(paw_str raw, const struct paw_machine *machine, struct paw_arena *arena,
                  struct paw_url *ret);
