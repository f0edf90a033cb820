/*
 * The least that reading a heap snapshot takes: finds the sections "nodes" and "edges" in a mapped file and turns their digits
 * into 32-bit numbers, one after the other, without any check, columns, labels or strings. What `run.mjs` measures reading by.
 *
 *     cc -O3 -march=native scan.c -o scan && ./scan file.heapsnapshot
 *
 * Prints the numbers there are and the milliseconds of processor time.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

/* Past the opening bracket of a section; NULL where it is missing. */
static const unsigned char *section(const unsigned char *from, const unsigned char *end, const char *name) {
  const unsigned char *at = memmem(from, end - from, name, strlen(name));
  return at == NULL ? NULL : at + strlen(name);
}

int main(int count, char **arguments) {
  const int file = count == 2 ? open(arguments[1], O_RDONLY) : -1;
  struct stat stats;
  if (file < 0 || fstat(file, &stats) != 0) return 1;
  const unsigned char *at = mmap(NULL, stats.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  if (at == MAP_FAILED) return 1;
  const unsigned char *end = at + stats.st_size;
  uint32_t *numbers = malloc(2 * (size_t)stats.st_size);
  if (numbers == NULL) return 1;
  size_t found = 0;
  const char *names[] = {"\"nodes\":[", "\"edges\":["};
  for (int turn = 0; turn < 2; turn++) {
    at = section(at, end, names[turn]);
    if (at == NULL) return 1;
    uint32_t number = 0;
    int digits = 0;
    for (;;) {
      const unsigned digit = *at++ - '0';
      if (digit < 10) {
        number = number * 10 + digit;
        digits++;
        continue;
      }
      if (digits > 0) numbers[found++] = number;
      number = 0;
      digits = 0;
      if (at[-1] == ']') break;
    }
  }
  struct timespec used;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  printf("%zu %.1f\n", found, used.tv_sec * 1e3 + used.tv_nsec / 1e6);
  return 0;
}
