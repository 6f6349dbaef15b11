/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Everything the operating system gives, so that another system is one more file and not a search.
 * (Reader processes, their limits and their pipes: evidence/worker.h.)
 */
#pragma once

#include <catspaw/base.h>

/* Evidence
 * ----------------------------------------------------------------------------------------- */

/**
 * Opens a regular file to read: close-on-exec, never through a symbolic link in the last component,
 * never blocking on a device or FIFO, access time untouched where the system allows.
 *
 * PAW_E_USAGE  it is no regular file
 * PAW_E_IO     err->sys says why
 */
PAW_MUST_CHECK enum paw_status paw_os_open_evidence(const char *path, int *ret_fd,
                                                    uint64_t *ret_size,
                                                    struct paw_error *PAW_NULLABLE err);
/** Reads at most n bytes at offset, through interruptions; fewer only at the end. */
PAW_MUST_CHECK enum paw_status paw_os_read_at(int fd, uint64_t offset, void *to, size_t n,
                                              size_t *ret, struct paw_error *PAW_NULLABLE err);
void paw_os_close(int fd);
/** Opens a folder of evidence to list it, access time untouched; -1 with errno. */
int paw_os_open_folder(const char *path, bool follows_links);
/** Whether an open folder shows the kernel's own state and no files (proc, sysfs, debugfs, …). */
bool paw_os_is_kernel_folder(int fd);

/** Bytes of a file in the address space. A file that shrinks while it is mapped faults: only for a
 * process whose end is survived. Zeroed: nothing is mapped. */
struct paw_os_mapping {
    void *PAW_NULLABLE at;
    size_t n;
};
/** n bytes at offset, which must lie inside the file; empty if it cannot be mapped. */
paw_bytes paw_os_map(int fd, uint64_t offset, size_t n, struct paw_os_mapping *ret);
void paw_os_unmap(struct paw_os_mapping *m);

/** By what a file is seen to have changed. */
struct paw_os_stamp {
    uint64_t size, changed; /* bytes; last change of the content, ns */
};
struct stat;
struct paw_os_stamp paw_os_stamp_in(const struct stat *st);
/** All zero if it cannot be told. */
struct paw_os_stamp paw_os_stamp_of(int fd);
/** Of what has that name now. */
struct paw_os_stamp paw_os_stamp_at(const char *path);

/* Time and machine -------------------------------------------------------------------------------
 */

uint64_t paw_os_monotonic_ms(void);
/** Wall clock as FILETIME. */
paw_filetime paw_os_now(void);
/** Processors that this process may use, at least 1. */
unsigned paw_os_processors(void);
/** Anonymous resident bytes of a process; 0 if it cannot be told. */
uint64_t paw_os_anonymous(int pid);
/** Whether this process runs under a tool that needs far more address space than the program:
 * AddressSanitizer and its kin, Valgrind. */
bool paw_os_is_checked(void);
/** CPU time of a process in milliseconds; 0 if it cannot be told. */
uint64_t paw_os_cpu_ms(int pid);

/* Terminal ---------------------------------------------------------------------------------------
 */

bool paw_os_is_terminal(int fd);
/** Columns of the terminal, 80 if it cannot be told. */
unsigned paw_os_columns(int fd);
/** Value of an environment variable, NULL if it is not set. For cmd/ alone. */
const char *PAW_NULLABLE paw_os_env(const char *name);
/** Sets *flag at the first Ctrl-C; the second ends the process with 130 at once. A limit
 * on the size of files becomes an error of writing, not the end. */
PAW_MUST_CHECK bool paw_os_catch_interrupt(volatile bool *flag);

/* Output
 * ------------------------------------------------------------------------------------------- */

/** Removes an empty folder; one that holds something, or is none, stays. */
void paw_os_drop_folder(const char *path);
/** Makes the folder and those above it. PAW_E_OUTPUT. */
PAW_MUST_CHECK enum paw_status paw_os_make_folder(const char *path,
                                                  struct paw_error *PAW_NULLABLE err);
/** Whether the folder exists and holds nothing (what a killed run left unfinished does not count);
 * *is_there tells whether it exists at all. */
PAW_MUST_CHECK enum paw_status paw_os_folder_is_empty(const char *path, bool *is_there,
                                                      bool *is_empty,
                                                      struct paw_error *PAW_NULLABLE err);
/** Writes all n bytes, through interruptions. PAW_E_OUTPUT. */
PAW_MUST_CHECK enum paw_status paw_os_write(int fd, const void *bytes, size_t n);

/** A file that appears whole under its name or not at all. */
struct paw_os_output {
    int folder, fd;      /* -1: not open           */
    char temporary[300]; /* its name until commit */
    bool is_unnamed;     /* it has none until then: an end at any moment leaves nothing */
    const char *name;    /* final name, a constant */
};

/** Begins a file in an existing folder; an older one of that name stays until commit. */
PAW_MUST_CHECK enum paw_status paw_os_output_begin(struct paw_os_output *o, const char *folder,
                                                   const char *name,
                                                   struct paw_error *PAW_NULLABLE err);
/** Flushes to the disk, closes, gives it its name. After a failure nothing is left behind. */
PAW_MUST_CHECK enum paw_status paw_os_output_commit(struct paw_os_output *o,
                                                    struct paw_error *PAW_NULLABLE err);
/** Gives up; a zeroed-then-begun, committed or aborted output is accepted. */
void paw_os_output_abort(struct paw_os_output *o);

/** Removes a report of an earlier run; that there is none is no failure. */
PAW_MUST_CHECK enum paw_status paw_os_output_remove(const char *folder, const char *name,
                                                    struct paw_error *PAW_NULLABLE err);

bool paw_os_is_there(const char *path);
/** Whether it is a folder in which files can be made; else errno says why not. */
bool paw_os_can_write_in(const char *folder);
/** The system's folder for temporary files. */
const char *paw_os_temp_folder(void);
