"""The pages of text that every site has: about, help, privacy, accessibility.

Their words are true of the software as it stands; what only the operator knows (name,
telephone, seat) is drawn beside the text from the site's settings. Once made they
belong to the centre's editor: nothing here changes a page that exists.
"""

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from wagtail.models import Page

from home.models import HomePage, StandardPage


@dataclass(frozen=True)
class StandardText:
    """A page before it is made: its address below home, its title, its paragraphs."""

    slug: str
    title: str
    description: str
    parts: tuple[str, ...]


ABOUT = StandardText(
    "about",
    "关于我们",
    "这是街坊学习的网站：街道社区教育中心和各社区市民学校一起办，课程都免费。",
    (
        "<p>这里是街坊学习的地方。街道社区教育中心和各社区市民学校，把课程、新闻和学校的情况"
        "都放在这一个网站上，谁都可以看，谁都可以学。</p>",
        "<h3>能在这里做什么</h3>"
        "<ul><li>找一门课，在家慢慢学，学到哪儿下次从哪儿接着学。</li>"
        "<li>看看家附近的学校在哪里、几点开门、电话多少。</li>"
        "<li>看看街道和学校最近的新闻和通知。</li></ul>",
        "<h3>我们的规矩</h3>"
        "<ul><li>课程都免费，网站上不收钱，也不卖东西。</li>"
        "<li>没有广告，没有弹窗，不推销保健品、理财和旅游。</li>"
        "<li>不要身份证号，不刷脸。</li>"
        "<li>学多学少、学快学慢都行，不排名次，断了几天也不催。</li></ul>"
        "<p>要是有人打着我们的名义收钱、卖药、拉您投资，那一定是骗子。请别付钱，"
        "马上打页面下方的电话告诉我们。</p>",
        "<h3>谁来办</h3>"
        "<p>主办单位、求助电话和接听时间写在每一页的最下方。各学校的地址和电话，"
        '在<a href="/schools/">学校</a>那一页。</p>',
    ),
)

HELP = StandardText(
    "help",
    "帮助",
    "怎么注册、怎么报名、怎么接着学、字怎么调大、收不到验证码怎么办。",
    (
        "<p>这一页写的是大家常问的。看完还不明白，就打下面的电话，有人接；"
        '也可以带着手机到<a href="/schools/">最近的学校</a>，当面问。</p>',
        "<h3>第一次来，怎么开始学</h3>"
        "<ol><li>点「课程」，挑一门想学的课，点进去。</li>"
        "<li>点「免费开始学」。</li>"
        "<li>填手机号，收一条短信，把里面的数字填上，再写一下怎么称呼您。</li>"
        "<li>好了，第一课就打开了。</li></ol>"
        "<p>有些课的第一课不用注册就能试看。</p>",
        "<h3>学到一半有事，要紧吗</h3>"
        "<p>不要紧，关掉就行。学到哪儿都记着。下次登录后，首页和"
        '<a href="/learn/">我的学习</a>最上面就是「接着学」。换一部手机登录也一样。</p>',
        "<h3>怎样算学完一课</h3>"
        "<ul><li>视频和录音：看过、听过大部分，或者把文字稿读完，点一下按钮告诉我们。</li>"
        "<li>小题：都答一遍。答错没关系，可以再答。</li>"
        "<li>最后点「学完了」。</li></ul>"
        "<p>一门课里必学的课都学完，这门课就学完了。学完的记录一直在。</p>",
        "<h3>收不到验证码</h3>"
        "<ul><li>先看看手机号有没有填错。</li>"
        "<li>等一分钟，再要一次。</li>"
        "<li>翻一翻手机的「骚扰拦截」或「通知类短信」，短信有时被收到那里。</li>"
        "<li>还是没有，就打电话，或者到学校请工作人员帮忙。</li></ul>",
        "<h3>没有手机号，能学吗</h3>"
        "<p>能。可以用电子邮箱和密码注册；也可以到学校，用那里的电脑学。</p>",
        "<h3>字太小，看不清</h3>"
        "<p>点每一页最上面的「长辈版」，选「大字」或「特大」。那里还能换成深色或高对比度。"
        "选一次就记住，下次不用再选。</p>",
        "<h3>不想学了，想退出</h3>"
        '<p>在<a href="/learn/">我的学习</a>里找到那门课，就能退出。'
        "学过的都留着，想回来随时再点「免费开始学」。</p>",
        "<h3>用的是别人的手机或公用电脑</h3>"
        "<p>用完点最下方的「退出登录」。忘了也不要紧：换一台手机登录，到「我的账号」里"
        "「登录过的手机和电脑」，把那一台退出。</p>",
    ),
)

PRIVACY = StandardText(
    "privacy",
    "隐私说明",
    "我们收什么、为什么收、留多久、给谁看，您可以怎么查、怎么改、怎么删。",
    (
        "<p>这份说明讲清楚：我们收您的什么、为什么收、留多久、谁能看到，"
        "以及您可以怎么查、怎么改、怎么删。不注册也能看课程介绍、学校和新闻，"
        "那时我们不知道您是谁。</p>",
        "<h3>谁负责</h3>"
        "<p>负责的是本网站的主办单位，名称和电话写在每一页的最下方。"
        "有任何问题，打电话或到学校问都行。</p>",
        "<h3>我们收什么，为什么</h3>"
        "<ul><li><b>手机号或邮箱</b>：用来登录，证明是您本人。</li>"
        "<li><b>怎么称呼您</b>：老师和工作人员好称呼您，不必是真名。</li>"
        "<li><b>您报的课和学习记录</b>：学到哪一课、视频看到哪里、题答得怎样，"
        "用来让您接着学，也让任课老师看到谁需要帮一把。</li>"
        "<li><b>登录的时间、设备和网络地址</b>：用来让您查看、退出别的手机，也防止别人冒用。</li>"
        "<li><b>您同意过什么</b>：哪一版说明、什么时候同意的，这是法律要我们留的凭据。</li></ul>"
        "<p>我们不收身份证号、照片、家庭住址、健康情况和位置，不刷脸。</p>",
        "<h3>放在您手机里的小文件（Cookie）</h3>"
        "<p>只有几个：记住您已登录；记住字的大小、颜色和文字；防止别人冒充您提交表单；"
        "要验证码时，数一数这台手机当天用过几个号码，防止有人拿别人的号码乱发短信。"
        "没有用来跟踪或做广告的。网页里也没有任何第三方的统计、地图、字体或广告。</p>",
        "<h3>谁能看到</h3>"
        "<ul><li>您自己。</li>"
        "<li>您所报课程的老师，以及开课学校的校长和社教专干、街道社区教育中心主任："
        "看得到称呼和学习进度。导出名单要写明原因，并留下记录。</li>"
        "<li>别的学校看不到，别的居民也看不到。</li></ul>"
        "<p>发验证码时，手机号要交给短信服务商，只用来发这一条短信。除此之外不给任何人，"
        "法律要求的除外。不卖，不拿去推销。</p>",
        "<h3>存在哪里，留多久</h3>"
        "<ul><li>按法律要求，都存在中国境内的服务器上，传输时加密。</li>"
        "<li>账号和学习记录：您用多久留多久。</li>"
        "<li>您注销账号：先等七天，这七天里可以反悔；到时手机号、邮箱和称呼删掉，"
        "学习记录只留下认不出是谁的人数统计。</li>"
        "<li>操作记录和安全日志：至少六个月，这是网络安全的法律要求。</li></ul>",
        "<h3>您的权利</h3>"
        "<p>您可以查看、复制、更正、删除自己的信息，可以注销账号，也可以收回同意。"
        "收回同意以前做过的仍然有效；不影响的服务照常给您用。</p>"
        "<ul><li>称呼、手机号、邮箱、同意过的内容：登录后在「我的账号」里看和改。</li>"
        "<li>要一份自己的资料，或者要注销账号：登录后在「我的账号」的「我的资料」里自己办。"
        "不方便自己办的，打电话，或到任何一所学校，工作人员核实是您本人后替您办，"
        "十五个工作日内办完或答复。</li></ul>"
        "<p>觉得我们做得不对，可以先找我们，也可以向网信部门投诉、举报。</p>",
        "<h3>未满十四周岁的孩子</h3>"
        "<p>孩子的信息要由父母或其他监护人同意。目前网站不为未满十四周岁的孩子单独开账号，"
        "请家长用自己的账号陪着学。发现我们收了孩子的信息，请告诉我们，我们马上删。</p>",
        "<h3>这份说明改了怎么办</h3>"
        "<p>改了会在这一页写明，重要的改动会再请您看一遍、重新同意。</p>",
    ),
)

ACCESSIBILITY = StandardText(
    "accessibility",
    "无障碍说明",
    "我们怎样让看不清、听不清、手不方便的街坊也能用，还有哪些没做到，遇到困难找谁。",
    (
        "<p>这个网站是给所有街坊用的，看不清、听不清、手不方便的也一样。"
        "我们按《网页内容无障碍指南》（WCAG 2.2）AA 级和国家标准 GB/T 37668—2019 的要求来做，"
        "文字的对比度按更高的 AAA 级来做。</p>",
        "<h3>已经做到的</h3>"
        "<ul><li>平常的字就不小；点最上面的「长辈版」，还可以选「大字」「特大」。"
        "选了大字，内容一样，功能一样不少。</li>"
        "<li>有浅色、深色、高对比度三种颜色。状态都写成字，不单靠颜色。</li>"
        "<li>按钮够大，手指好点；不用拖、不用长按、不用两个手指。</li>"
        "<li>只用键盘也能用完每一页，看得见走到了哪里。读屏软件能读。</li>"
        "<li>没有倒计时，没有拼图验证码，没有自己动的画面，没有自己响的声音。</li>"
        "<li>有人说话的视频，都有字幕和文字稿；录音都有文字稿。"
        "课程里的图片，都有一句话说明图里是什么。</li>"
        "<li>不开脚本（JavaScript）也能看课、答题、报名。</li>"
        "<li>网页放大到四倍，不用左右拖着看。</li></ul>",
        "<h3>还没做到的</h3>"
        "<ul><li>还没有请残障街坊和长辈一起完整地试用过，也还没有请外面的机构评测。</li>"
        "<li>视频没有手语翻译，也没有口述影像。</li>"
        "<li>各校上传的可打印文件，有些读屏软件读不好；要紧的内容网页上都有。</li></ul>",
        "<h3>用着有困难，请告诉我们</h3>"
        "<p>打页面下方的电话，或者到任何一所学校说一声：哪一页、想做什么、卡在哪里。"
        "我们先想办法帮您把事办成，再把网页改好。您也可以请我们把内容打印成大字，"
        "或者在电话里念给您听。</p>",
    ),
)

STANDARD_PAGES = (ABOUT, HELP, PRIVACY, ACCESSIBILITY)


@transaction.atomic
def ensure_standard_pages(home: HomePage) -> list[StandardPage]:
    """Make those of the standard pages whose address is free; the list of the new ones.

    A page that somebody wrote at the address, live or not, is left as it is.
    """
    taken = set(Page.objects.child_of(home).values_list("slug", flat=True))
    made = []
    for text in STANDARD_PAGES:
        if text.slug in taken:
            continue
        page: Any = StandardPage(
            title=text.title, slug=text.slug, search_description=text.description
        )
        page.body = page._meta.get_field("body").to_python(
            [
                {
                    "type": "text",
                    "value": part,
                    "id": str(uuid5(NAMESPACE_URL, f"{text.slug}:{number}")),
                }
                for number, part in enumerate(text.parts)
            ]
        )
        home.add_child(instance=page)
        home.refresh_from_db()
        page.save_revision(log_action=False).publish(log_action=False)
        made.append(page)
    return made
