/* fuzz_url.c - addresses. Beyond not crashing: what comes out is a host that means itself. */
#include "url.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const Url *url)
{
  g_assert_true(url->scheme && url->host && url->domain && url->display && url->path);
  g_assert_true(g_str_has_suffix(url->host, url->domain));
  if (!url_scheme_is_special(url->scheme) || url->host[0] == '\0')
    return;
  g_assert_true(strcspn(url->host, " /\\?#@<>^|%") == strlen(url->host));
  unsigned flags = 0;
  g_autofree char *again = url_host_parse(url->host, strlen(url->host), TRUE, &flags);
  g_autofree char *dot = g_strconcat(url->host, ".", NULL);
  g_autofree char *dotted = url_host_parse(dot, strlen(dot), TRUE, &flags);
  /* a host that ended in two dots loses one each time */
  if (!g_str_has_suffix(url->host, "."))
    g_assert_cmpstr(again, ==, url->host);
  if (dotted != NULL && url->host[0] != '[')
    g_assert_cmpstr(dotted, ==, url->host);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if (size == 0)
    return 0;
  g_autoptr(Url) url = url_parse((const char *)data + 1, size - 1, data[0] & 1);
  if (url != NULL) {
    check(url);
    g_autoptr(GPtrArray) domains = url_mail_domains(url);
    g_assert_nonnull(domains);
  }
  return 0;
}
