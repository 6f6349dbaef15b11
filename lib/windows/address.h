/* SPDX-License-Identifier: Apache-2.0 */
/** URLs, hosts and addresses and their class (docs/detections 2.8). */
#pragma once

#include <catspaw/command.h>

#include "core/arena.h"

/** Class of a host name or literal address (IPv4 in any spelling, IPv6 with or without brackets):
 * exactly one PAW_LOOPBACK … PAW_OTHER_HOST bit; 0 for an empty one. */
uint64_t paw_address_class(paw_str host, const struct paw_machine *machine);

/** A literal address in any spelling as eight units, an IPv4 one mapped (::ffff:a.b.c.d); false if
 * host is a name. */
bool paw_address_read(paw_str host, uint16_t ret[8]);
/** Whether the first bits of a are those of net. */
bool paw_address_in(const uint16_t a[8], const uint16_t net[8], unsigned bits);

struct paw_url {
    paw_str scheme, host, port, path; /* views into norm */
    paw_str norm;
    uint64_t class; /* of the host */
};

/** Reads http(s), ftp and file URLs, also defanged (hxxp, [.]) and mistyped (`http:\\h\x`), and
 * UNC paths that name a web server (`\\host@SSL\x`); false if raw is none. */
bool paw_url_read(paw_str raw, const struct paw_machine *machine, struct paw_arena *arena,
                  struct paw_url *ret);
