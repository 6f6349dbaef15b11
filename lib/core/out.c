/* SPDX-License-Identifier: Apache-2.0 */
/* Output to a descriptor: see catspaw/catspaw.h. */
#include <catspaw/catspaw.h>

#include <errno.h>
#include <unistd.h>

/* The const of self is kept: the descriptor is only read. */
static enum paw_status write_all(void *self, const void *bytes, size_t n)
{
    const int *fd = self;
    const uint8_t *at = bytes;
    while (n > 0) {
        const ssize_t done = write(*fd, at, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return PAW_E_OUTPUT;
        at += (size_t)done;
        n -= (size_t)done;
    }
    return PAW_OK;
}

struct paw_out paw_out_fd(const int *fd)
{
    union {
        const int *given;
        void *self;
    } keep = {.given = fd};
    return (struct paw_out){.self = keep.self, .write = write_all};
}
