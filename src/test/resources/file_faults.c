/*
 * Lets calls on files fail, for LD_PRELOAD: FAULT_OPEN=5:terms/0001.json:6:1 lets one open of a path with this
 * text fail with errno 5, after 6 that succeed. So do FAULT_READ, FAULT_WRITE, FAULT_LINK, FAULT_RENAME, FAULT_FSYNC.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

struct fault {
  const char *variable;
  int calls;
};

static struct fault opens = {"FAULT_OPEN", 0};
static struct fault reads = {"FAULT_READ", 0};
static struct fault writes = {"FAULT_WRITE", 0};
static struct fault links = {"FAULT_LINK", 0};
static struct fault renames = {"FAULT_RENAME", 0};
static struct fault fsyncs = {"FAULT_FSYNC", 0};

/* The errno to fail with, or 0. */
static int fault_of(struct fault *fault, const char *path) {
  const char *rule = getenv(fault->variable);
  char text[256];
  int error, skip, count;
  if (!rule || !path || sscanf(rule, "%d:%255[^:]:%d:%d", &error, text, &skip, &count) != 4 || !strstr(path, text)) {
    return 0;
  }
  int call = __sync_fetch_and_add(&fault->calls, 1);
  return call >= skip && call < skip + count ? error : 0;
}

static int fault_of_file(struct fault *fault, int file) {
  char link[64], path[512];
  if (!getenv(fault->variable)) {
    return 0;
  }
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) {
    return 0;
  }
  path[n] = 0;
  return fault_of(fault, path);
}

#define FAIL_IF(error)  \
  int failure = error;  \
  if (failure) {        \
    errno = failure;    \
    return -1;          \
  }
#define NEXT(type, name, ...)                                      \
  static type (*next)(__VA_ARGS__);                                \
  if (!next) {                                                     \
    next = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name);           \
  }

int open64(const char *path, int flags, ...) {
  NEXT(int, "open64", const char *, int, ...)
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  FAIL_IF(fault_of(&opens, path))
  return next(path, flags, mode);
}

int open(const char *path, int flags, ...) {
  NEXT(int, "open", const char *, int, ...)
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  FAIL_IF(fault_of(&opens, path))
  return next(path, flags, mode);
}

ssize_t read(int file, void *bytes, size_t count) {
  NEXT(ssize_t, "read", int, void *, size_t)
  FAIL_IF(fault_of_file(&reads, file))
  return next(file, bytes, count);
}

ssize_t write(int file, const void *bytes, size_t count) {
  NEXT(ssize_t, "write", int, const void *, size_t)
  FAIL_IF(fault_of_file(&writes, file))
  return next(file, bytes, count);
}

int link(const char *from, const char *to) {
  NEXT(int, "link", const char *, const char *)
  FAIL_IF(fault_of(&links, to))
  return next(from, to);
}

int rename(const char *from, const char *to) {
  NEXT(int, "rename", const char *, const char *)
  FAIL_IF(fault_of(&renames, to))
  return next(from, to);
}

int fsync(int file) {
  NEXT(int, "fsync", int)
  FAIL_IF(fault_of_file(&fsyncs, file))
  return next(file);
}
