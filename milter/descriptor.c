#include "descriptor.h"

#include <errno.h>
#include <unistd.h>

int
descriptor_write(int fd, const void *data, size_t len)
{
  const char *at = data;

  while (len > 0) {
    ssize_t n = write(fd, at, len);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return -1;
    at += n;
    len -= (size_t)n;
  }
  return 0;
}
