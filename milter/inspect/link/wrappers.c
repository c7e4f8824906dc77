/* wrappers.c - hosts that wrap addresses (THREATS L-090 to L-095, tables B and C), in order of
 * host for the search. What is not here is still seen where the target stands in plain sight
 * (unwrap.c); here stand those that need a form of their own, and those whose target is believed
 * when a text is compared with where its link leads. */
#include "wrappers.h"

#include <string.h>

static const Wrapper wrappers[] = {
    {"12ft.io", "/", FORM_PATH, NULL},
    {"adnxs.com", "/getuid", FORM_TAIL, NULL},
    {"adnxs.com", "", FORM_VALUE, "redir clickenc"},
    {"adservice.google.com", "", FORM_VALUE, "adurl"},
    {"anonym.to", "", FORM_TAIL, NULL},
    {"api.onedrive.com", "/", FORM_SHARE, NULL},
    {"app.link", "", FORM_VALUE, "$desktop_url $fallback_url $ios_url $android_url $canonical_url"},
    {"atpscan.global.hornetsecurity.com", "", FORM_DOMAIN, "d"},
    {"awstrack.me", "/", FORM_INSIDE, NULL},
    {"bing.com", "/ck/", FORM_BING, "u"},
    {"bing.com", "/aclk", FORM_BING, "u"},
    {"business.google.com", "/website_shared/", FORM_VALUE, "f"},
    {"c.pc.qq.com", "/", FORM_VALUE, "pfurl url"},
    {"cdn.ampproject.org", "/c/", FORM_PATH, NULL},
    {"cdn.ampproject.org", "/c/s/", FORM_PATH, NULL},
    {"cdn.ampproject.org", "/i/s/", FORM_PATH, NULL},
    {"cdn.ampproject.org", "/v/s/", FORM_PATH, NULL},
    {"cdn.ampproject.org", "/wp/s/", FORM_PATH, NULL},
    {"clicktime.cloud.postoffice.net", "", FORM_VALUE, "u"},
    {"clicktime.symantec.com", "", FORM_VALUE, "u"},
    {"ctp.trendmicro.com", "", FORM_VALUE, "url"},
    {"deref-gmx.com", "", FORM_VALUE, "redirecturl"},
    {"deref-gmx.net", "", FORM_VALUE, "redirecturl"},
    {"deref-mail.com", "", FORM_VALUE, "redirecturl"},
    {"deref-web.de", "", FORM_VALUE, "redirecturl"},
    {"dereferer.me", "", FORM_TAIL, NULL},
    {"doubleclick.net", "", FORM_VALUE, "adurl ds_dest_url"},
    {"doubleclick.net", "", FORM_INSIDE, NULL},
    {"duckduckgo.com", "/l/", FORM_VALUE, "uddg"},
    {"emails.azure.microsoft.com", "/redirect", FORM_VALUE, "destination"},
    {"exit.sc", "", FORM_VALUE, "url"},
    {"facebook.com", "/l.php", FORM_VALUE, "u"},
    {"facebook.com", "/flx/warn", FORM_VALUE, "u"},
    {"fireeye.com", "/", FORM_VALUE, "u"},
    {"google.*", "/url", FORM_VALUE, "q url"},
    {"google.*", "/imgres", FORM_VALUE, "imgurl imgrefurl"},
    {"google.*", "/local_url", FORM_VALUE, "q"},
    {"google.*", "/travel/clk", FORM_VALUE, "pcurl url q"},
    {"google.*", "/amp/s/", FORM_PATH, NULL},
    {"google.*", "/amp/", FORM_PATH, NULL},
    {"google.*", "/translate", FORM_VALUE, "u"},
    {"google.*", "/viewer", FORM_VALUE, "url"},
    {"google.*", "/gview", FORM_VALUE, "url"},
    {"googleadservices.com", "", FORM_VALUE, "adurl"},
    {"googleweblight.com", "", FORM_VALUE, "lite_url u"},
    {"graph.microsoft.com", "/", FORM_SHARE, NULL},
    {"href.li", "", FORM_TAIL, NULL},
    {"jianshu.com", "/go-wild", FORM_VALUE, "url"},
    {"l.facebook.com", "", FORM_VALUE, "u"},
    {"l.instagram.com", "", FORM_VALUE, "u"},
    {"l.messenger.com", "", FORM_VALUE, "u"},
    {"l.threads.net", "", FORM_VALUE, "u"},
    {"l.wl.co", "", FORM_VALUE, "u"},
    {"l.work.meta.com", "", FORM_VALUE, "u"},
    {"link.csdn.net", "", FORM_VALUE, "target"},
    {"link.edgepilot.com", "", FORM_VALUE, "u"},
    {"link.juejin.cn", "", FORM_VALUE, "target"},
    {"link.zhihu.com", "", FORM_VALUE, "target"},
    {"linkedin.com", "/redir/", FORM_VALUE, "url"},
    {"linkedin.com", "/safety/go", FORM_VALUE, "url"},
    {"linkedin.com", "/authwall", FORM_VALUE, "redirect_uri sessionredirect"},
    {"linkprotect.cudasvc.com", "", FORM_VALUE, "a"},
    {"lm.facebook.com", "", FORM_VALUE, "u"},
    {"mail.qq.com", "/cgi-bin/", FORM_VALUE, "gourl"},
    {"mandrillapp.com", "/track/click", FORM_JSON, "p"},
    {"medium.com", "/m/global-identity", FORM_VALUE, "redirecturl"},
    {"mimecast.com", "/s/", FORM_DOMAIN, "domain"},
    {"mimecastprotect.com", "/s/", FORM_DOMAIN, "domain"},
    {"nullrefer.com", "", FORM_TAIL, NULL},
    {"out.reddit.com", "", FORM_VALUE, "url"},
    {"outlook.com", "/mail/safelink.html", FORM_VALUE, "url"},
    {"page.link", "", FORM_VALUE, "link ofl afl ifl"},
    {"protection.sophos.com", "", FORM_VALUE, "u"},
    {"protection.sophos.com", "", FORM_DOMAIN, "d"},
    {"r.jina.ai", "/", FORM_PATH, NULL},
    {"r.search.yahoo.com", "/", FORM_RU, NULL},
    {"safelink.emails.azure.net", "", FORM_VALUE, "destination"},
    {"safelinks.o365.us", "", FORM_VALUE, "url"},
    {"safelinks.protection.office365.us", "", FORM_VALUE, "url"},
    {"safelinks.protection.outlook.com", "", FORM_VALUE, "url"},
    {"scanmail.trustwave.com", "", FORM_VALUE, "u"},
    {"secure-web.cisco.com", "/", FORM_INSIDE, NULL},
    {"shared.outlook.inky.com", "", FORM_DOMAIN, "domain"},
    {"sinaurl.cn", "", FORM_VALUE, "u"},
    {"slack-redir.net", "/", FORM_VALUE, "url"},
    {"smartadserver.com", "", FORM_VALUE, "go"},
    {"statics.teams.cdn.office.net", "/", FORM_VALUE, "url"},
    {"steamcommunity.com", "/linkfilter", FORM_VALUE, "u url"},
    {"steamcommunity.com", "/linkfilter", FORM_TAIL, NULL},
    {"t.me", "/iv", FORM_VALUE, "url"},
    {"t.me", "/share/", FORM_VALUE, "url"},
    {"telegram.me", "/iv", FORM_VALUE, "url"},
    {"telegram.me", "/share/", FORM_VALUE, "url"},
    {"tiktok.com", "/link/", FORM_VALUE, "target"},
    {"translate.goog", "", FORM_LABEL, NULL},
    {"url-protection.com", "/", FORM_VALUE, "o"},
    {"url.avanan.click", "/", FORM_UNDERLINES, NULL},
    {"urldefense.com", "/v3/", FORM_PROOFPOINT3, NULL},
    {"urldefense.com", "/v2/", FORM_PROOFPOINT2, "u"},
    {"urldefense.com", "/v1/", FORM_VALUE, "u"},
    {"urldefense.proofpoint.com", "/v3/", FORM_PROOFPOINT3, NULL},
    {"urldefense.proofpoint.com", "/v2/", FORM_PROOFPOINT2, "u"},
    {"urldefense.proofpoint.com", "/v1/", FORM_VALUE, "u"},
    {"urldefense.us", "/v3/", FORM_PROOFPOINT3, NULL},
    {"urldefense.us", "/v2/", FORM_PROOFPOINT2, "u"},
    {"urlsand.esvalabs.com", "", FORM_VALUE, "u"},
    {"view.officeapps.live.com", "/op/", FORM_VALUE, "src"},
    {"vk.com", "/away.php", FORM_VALUE, "to"},
    {"web.archive.org", "/web/", FORM_SECOND, NULL},
    {"webcache.googleusercontent.com", "/search", FORM_INSIDE, NULL},
    {"weibo.cn", "/sinaurl", FORM_VALUE, "u toasturl"},
    {"weibo.com", "/sinaurl", FORM_VALUE, "u toasturl"},
    {"youtube.com", "/redirect", FORM_VALUE, "q url"},
    {"youtube.com", "/attribution_link", FORM_VALUE, "u"},
    {"youtube.com", "/logout", FORM_VALUE, "continue next"},
};

const Wrapper *
wrappers_find(const char *name)
{
  size_t low = 0, high = G_N_ELEMENTS(wrappers);

  while (low < high) {
    size_t middle = (low + high) / 2;

    if (strcmp(wrappers[middle].host, name) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low < G_N_ELEMENTS(wrappers) && strcmp(wrappers[low].host, name) == 0 ? &wrappers[low]
                                                                               : NULL;
}

const Wrapper *
wrappers_next(const Wrapper *wrapper)
{
  const Wrapper *next = wrapper + 1;
  gboolean same =
      next < wrappers + G_N_ELEMENTS(wrappers) && strcmp(next->host, wrapper->host) == 0;

  return same ? next : NULL;
}

gboolean
wrappers_in_order(void)
{
  for (size_t i = 1; i < G_N_ELEMENTS(wrappers); i++)
    if (strcmp(wrappers[i - 1].host, wrappers[i].host) > 0)
      return FALSE;
  return TRUE;
}
