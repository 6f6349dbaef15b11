/* SPDX-License-Identifier: Apache-2.0 */
/** SHA-256, by libcrypto. */
#pragma once

#include <catspaw/base.h>

struct paw_sha256 {
    void *PAW_NULLABLE
        state; /* NULL: could not be set up; the digest is then all zero and end says so */
};

void paw_sha256_begin(struct paw_sha256 *h);
void paw_sha256_add(struct paw_sha256 *h, paw_bytes bytes);
/** Writes 32 bytes and begins anew: cheaper than an end and a beginning for many short texts.
 * False: the digest is not valid. */
bool paw_sha256_next(struct paw_sha256 *h, uint8_t *digest);
/** Writes 32 bytes and gives everything back. False: the digest is not valid. */
bool paw_sha256_end(struct paw_sha256 *h, uint8_t *digest);
/** A digest of 32 bytes as 64 hexadecimal digits, terminated. */
void paw_sha256_text(const uint8_t *digest, char ret[65]);
