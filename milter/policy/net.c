#include "net.h"

#include <arpa/inet.h>
#include <string.h>

typedef struct net {
  unsigned char bytes[16];
  unsigned len;  /* 4 or 16; 0 if it is no address */
  unsigned bits; /* of the mask */
} Net;

static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static Net
net_address(const char *text)
{
  Net net = {.len = 0};
  if (g_ascii_strncasecmp(text, "IPv6:", 5) == 0) /* as Sendmail writes it */
    text += 5;
  if (inet_pton(AF_INET, text, net.bytes) == 1) {
    net.len = 4;
  } else if (inet_pton(AF_INET6, text, net.bytes) == 1) {
    net.len = 16;
    if (memcmp(net.bytes, mapped, sizeof mapped) == 0) {
      memmove(net.bytes, net.bytes + 12, 4);
      net.len = 4;
    }
  }
  net.bits = net.len * 8;
  return net;
}

static Net
net_parse(const char *text)
{
  g_auto(GStrv) halves = g_strsplit(text, "/", 2);
  Net net = net_address(halves[0] ? halves[0] : "");
  guint64 bits;
  if (!net.len || !halves[1])
    return net;
  if (g_ascii_string_to_unsigned(halves[1], 10, 0, net.len * 8, &bits, NULL))
    net.bits = (unsigned)bits;
  else
    net.len = 0;
  return net;
}

gboolean
net_is_network(const char *network)
{
  return net_parse(network).len != 0;
}

gboolean
net_holds(const char *network, const char *address)
{
  Net net = net_parse(network), host = net_address(address);
  if (!net.len || net.len != host.len)
    return FALSE;
  unsigned whole = net.bits / 8, rest = net.bits % 8;
  if (memcmp(net.bytes, host.bytes, whole) != 0)
    return FALSE;
  unsigned char mask = (unsigned char)(0xff << (8 - rest));
  return !rest || (net.bytes[whole] & mask) == (host.bytes[whole] & mask);
}
