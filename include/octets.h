/* octets.h - whole numbers as files write them. The caller has checked that the bytes are there. */
#ifndef CORDON_OCTETS_H
#define CORDON_OCTETS_H

#include <stdint.h>

/* Least significant byte first, as Microsoft and ZIP have it. */

static inline uint32_t
le16(const unsigned char *p)
{
  return p[0] | (uint32_t)p[1] << 8;
}

static inline uint32_t
le32(const unsigned char *p)
{
  return le16(p) | le16(p + 2) << 16;
}

static inline uint64_t
le64(const unsigned char *p)
{
  return le32(p) | (uint64_t)le32(p + 4) << 32;
}

static inline void
put_le16(unsigned char *p, uint32_t n)
{
  p[0] = (unsigned char)n;
  p[1] = (unsigned char)(n >> 8);
}

static inline void
put_le32(unsigned char *p, uint32_t n)
{
  put_le16(p, n);
  put_le16(p + 2, n >> 16);
}

/* Most significant byte first, as networks, Apple and PNG have it. */

static inline uint32_t
be16(const unsigned char *p)
{
  return (uint32_t)p[0] << 8 | p[1];
}

static inline uint32_t
be32(const unsigned char *p)
{
  return be16(p) << 16 | be16(p + 2);
}

#endif
