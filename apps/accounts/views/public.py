"""Pages for everybody: what the programme is, who runs the site, what happens with data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from apps.accounts.guards import public
from apps.reference.models import PolicyArticle


@public("the front door")
def front(request: HttpRequest) -> HttpResponse:
    return render(request, "public/front.html", {"title": _("佛山市安全生产责任保险")})


@public("published policy, quoted as issued")
def policy(request: HttpRequest) -> HttpResponse:
    facts = {
        "title": _("政策与条款"),
        "lead": _("佛府办〔2018〕2号全文要点，按条款引用。平台上的规则都注明出自哪一条。"),
        "articles": PolicyArticle.objects.all(),
    }
    return render(request, "public/policy.html", facts)


@public("how to get an account is asked before having one")
def join(request: HttpRequest) -> HttpResponse:
    facts = {
        "title": _("如何加入"),
        "lead": _("企业自己登记；其他单位由邀请开通。一人一号，各用各的。"),
    }
    return render(request, "public/join.html", facts)


@public("tells visitors how to recognise the real site")
def about(request: HttpRequest) -> HttpResponse:
    facts = {"title": _("这是谁的网站"), "lead": _("怎样确认您看到的是真网站。")}
    return render(request, "public/about.html", facts)


@public("what happens with personal data must be readable before giving any")
def privacy(request: HttpRequest) -> HttpResponse:
    facts = {"title": _("个人信息说明"), "lead": _("平台收集什么、给谁看、留多久。")}
    return render(request, "public/privacy.html", facts)


@public("people who cannot use the site must be able to read where to turn")
def accessibility(request: HttpRequest) -> HttpResponse:
    facts = {"title": _("无障碍说明"), "lead": _("怎样用键盘、读屏和大字使用平台。")}
    return render(request, "public/accessibility.html", facts)
