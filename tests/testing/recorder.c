/*
 * Records what a program writes below a folder, and when it asks for that to be kept: each write, truncation, removal, renaming
 * and sync, in order, as a power cut would have to take them back. Used with LD_PRELOAD; see power_cut.ts.
 *
 * Environment: RECORD_FOLDER, RECORD_FILE. A record is its kind (one byte), the lengths of two paths (two bytes each), offset
 * and length (eight bytes each), the paths, and the bytes written; all numbers little-endian.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int out = -1;
static const char *folder;

static ssize_t real_write(int fd, const void *bytes, size_t size) {
  static ssize_t (*next)(int, const void *, size_t);
  if (!next) next = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  return next(fd, bytes, size);
}

static int ready(void) {
  if (out >= 0) return 1;
  folder = getenv("RECORD_FOLDER");
  const char *file = getenv("RECORD_FILE");
  if (!folder || !file) return 0;
  out = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  return out >= 0;
}

static int concerns(const char *path) {
  return strncmp(path, folder, strlen(folder)) == 0 && !strstr(path, "-shm");
}

static void record(char kind, const char *path, const char *other, uint64_t offset, uint64_t length, const void *bytes) {
  unsigned char head[21];
  uint16_t first = strlen(path), second = strlen(other);
  head[0] = kind;
  memcpy(head + 1, &first, 2);
  memcpy(head + 3, &second, 2);
  memcpy(head + 5, &offset, 8);
  memcpy(head + 13, &length, 8);
  pthread_mutex_lock(&lock);
  real_write(out, head, sizeof head);
  real_write(out, path, first);
  real_write(out, other, second);
  if (bytes) real_write(out, bytes, length);
  pthread_mutex_unlock(&lock);
}

static int pathOf(int fd, char *path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, size - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return ready() && fd != out && concerns(path);
}

#define NEXT(type, name, ...) \
  static type (*next)(__VA_ARGS__); \
  if (!next) next = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name);

static ssize_t wrote(int fd, const void *bytes, ssize_t done, uint64_t offset) {
  char path[4096];
  if (done > 0 && pathOf(fd, path, sizeof path)) record('w', path, "", offset, done, bytes);
  return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) {
  NEXT(ssize_t, pwrite, int, const void *, size_t, off_t)
  return wrote(fd, bytes, next(fd, bytes, size, offset), offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset) {
  NEXT(ssize_t, pwrite64, int, const void *, size_t, off64_t)
  return wrote(fd, bytes, next(fd, bytes, size, offset), offset);
}

ssize_t write(int fd, const void *bytes, size_t size) {
  char path[4096];
  off_t offset = -1;
  if (fd > 2 && pathOf(fd, path, sizeof path)) offset = lseek(fd, 0, SEEK_CUR);
  ssize_t done = real_write(fd, bytes, size);
  return offset < 0 ? done : wrote(fd, bytes, done, offset);
}

#define SYNC(name) \
  int name(int fd) { \
    NEXT(int, name, int) \
    char path[4096]; \
    int done = next(fd); \
    if (done == 0 && pathOf(fd, path, sizeof path)) record('s', path, "", 0, 0, 0); \
    return done; \
  }
SYNC(fsync)
SYNC(fdatasync)

#define TRUNCATE(name, type) \
  int name(int fd, type size) { \
    NEXT(int, name, int, type) \
    char path[4096]; \
    int done = next(fd, size); \
    if (done == 0 && pathOf(fd, path, sizeof path)) record('t', path, "", size, 0, 0); \
    return done; \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

int unlink(const char *path) {
  NEXT(int, unlink, const char *)
  char whole[4096];
  int known = realpath(path, whole) != NULL && ready() && concerns(whole);
  int done = next(path);
  if (done == 0 && known) record('u', whole, "", 0, 0, 0);
  return done;
}
