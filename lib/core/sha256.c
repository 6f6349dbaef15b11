/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256: see sha256.h. */
#include "core/sha256.h"

#include <openssl/evp.h>

void paw_sha256_begin(struct paw_sha256 *h)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        context = NULL;
    }
    h->state = context;
}

void paw_sha256_add(struct paw_sha256 *h, paw_bytes bytes)
{
    if (h->state == NULL || bytes.n == 0)
        return;
    if (EVP_DigestUpdate(h->state, bytes.p, bytes.n) != 1) {
        EVP_MD_CTX_free(h->state);
        h->state = NULL;
    }
}

bool paw_sha256_next(struct paw_sha256 *h, uint8_t *digest)
{
    memset(digest, 0, 32);
    const bool valid = h->state != NULL && EVP_DigestFinal_ex(h->state, digest, NULL) == 1;
    if (valid && EVP_DigestInit_ex(h->state, NULL, NULL) == 1)
        return true;
    EVP_MD_CTX_free(h->state);
    h->state = NULL;
    return valid;
}

bool paw_sha256_end(struct paw_sha256 *h, uint8_t *digest)
{
    memset(digest, 0, 32);
    const bool valid = h->state != NULL && EVP_DigestFinal_ex(h->state, digest, NULL) == 1;
    EVP_MD_CTX_free(h->state);
    h->state = NULL;
    return valid;
}

void paw_sha256_text(const uint8_t *digest, char ret[65])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < 32; i++) {
        ret[2 * i] = digits[digest[i] >> 4];
        ret[2 * i + 1] = digits[digest[i] & 15];
    }
    ret[64] = '\0';
}
