/* text_unc.c - \\server\share in running text, which Outlook makes a link of: a click on one hands
 * the reader's password hash to the server (THREATS L-018). TeX and programs are full of double
 * backslashes, so what follows must look like a host, and a single backslash and a name behind it.
 */
#include "text_char.h"

#include <string.h>

/* Names of servers are longer, "\\n\t" is not. */
#define HOST_MIN 2
#define HOST_MAX 255

static gboolean
is_host_byte(int c)
{
  return g_ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
}

/* "@SSL", "@8080": how WebDAV is asked for. */
static size_t
port_end(const Scan *scan, size_t i)
{
  while (scan_byte(scan, i) == '@' && g_ascii_isalnum(scan_byte(scan, i + 1))) {
    for (i++; g_ascii_isalnum(scan_byte(scan, i));)
      i++;
  }
  return i;
}

size_t
unc_host_end(const Scan *scan, size_t at)
{
  size_t start = at + 2, i = start;
  while (i - start <= HOST_MAX && is_host_byte(scan_byte(scan, i)))
    i++;
  if (i - start < HOST_MIN || i - start > HOST_MAX || !g_ascii_isalnum(scan->s[start]))
    return 0;
  size_t end = port_end(scan, i);
  int name = scan_byte(scan, end + 1);
  gboolean named = g_ascii_isalnum(name) || name >= 0x80 || (name > 0 && strchr("$._%", name));
  return scan_byte(scan, end) == '\\' && named ? end : 0;
}
