/* descriptor.h - what the C library leaves to be done around file descriptors. */
#ifndef CORDON_DESCRIPTOR_H
#define CORDON_DESCRIPTOR_H

#include <glib.h>

/* write(2) until all is written, whatever interrupts it. 0, or -1 with errno. */
int descriptor_write(int fd, const void *data, size_t len);

#endif
