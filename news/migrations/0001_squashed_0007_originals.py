"""All of 0001 to 0007 in one: a new site makes each table once, as it is by now."""

import importlib

import core.deletion
import core.models.append_only
import core.previews
import core.slugs
import core.storage
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import news.models.submission
import schools.placed
import wagtail.fields
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


# The points of PUB-07, for the centre to change. What else 0005 did has no rows here.
add_defaults = importlib.import_module('news.migrations.0003_default_points').add_defaults


class Migration(migrations.Migration):

    replaces = [
        ('news', '0001_initial'),
        ('news', '0002_outlets'),
        ('news', '0003_default_points'),
        ('news', '0004_news_facts'),
        ('news', '0005_reviews'),
        ('news', '0006_notices'),
        ('news', '0007_originals'),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('activities', '0001_initial'),
        ('core', '0004_help_text'),
        ('courses', '0014_course_sharing'),
        ('schools', '0002_review'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='NewsIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
            ],
            options={
                'verbose_name': '新闻列表',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='NewsReviewTask',
            fields=[
                ('task_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.task')),
                ('stage', models.PositiveSmallIntegerField(choices=[(0, '学校初核'), (1, '一审一校'), (2, '二审二校'), (3, '三审三校'), (4, '上级办公室')])),
            ],
            options={
                'verbose_name': '新闻审核环节',
                'verbose_name_plural': '新闻审核环节',
            },
            bases=('wagtailcore.task',),
        ),
        migrations.CreateModel(
            name='NoticeIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
            ],
            options={
                'verbose_name': '通知公示列表',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='NewsPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('kind', models.CharField(choices=[('news', '动态'), ('feature', '特色'), ('model', '典型'), ('notice', '通知'), ('announcement', '公示')], default='news', max_length=12, verbose_name='种类')),
                ('event_date', models.DateField(verbose_name='事情发生的日子')),
                ('event_place', models.CharField(blank=True, max_length=60, verbose_name='在哪儿')),
                ('summary', models.CharField(blank=True, max_length=160, verbose_name='摘要')),
                ('notice_until', models.DateField(blank=True, help_text='通知和公示用：报名、征集、公示的最后一天。', null=True, verbose_name='到哪天为止')),
                ('contact', models.CharField(blank=True, help_text='写称呼和学校的电话。', max_length=60, verbose_name='有意见、有问题找谁')),
                ('is_repost', models.BooleanField(default=False, help_text='转载要写清来源、原文网址和原作者。', verbose_name='是转载的')),
                ('source_url', models.URLField(blank=True, max_length=500, verbose_name='原文网址')),
                ('original_author', models.CharField(blank=True, max_length=60, verbose_name='原作者')),
                ('is_ai_generated', models.BooleanField(default=False, help_text='勾了，网页上会说明。', verbose_name='有人工智能写的字、画的图')),
                ('needs_extra_signoff', models.BooleanField(default=False, help_text='要先由上级办公室看过。', verbose_name='提到了街道以上的领导')),
                ('source', models.CharField(blank=True, max_length=60, verbose_name='来源')),
                ('author', models.CharField(blank=True, max_length=60, verbose_name='作者')),
                ('photographer', models.CharField(blank=True, max_length=60, verbose_name='摄影')),
                ('proofreader', models.CharField(blank=True, max_length=60, verbose_name='校对')),
                ('body', wagtail.fields.StreamField([('text', 0), ('picture', 5), ('file', 8), ('photo', 20)], blank=True, block_lookup={0: ('courses.blocks.text.TextBlock', (), {}), 1: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': '图片'}), 2: ('wagtail.blocks.CharBlock', (), {'help_text': '说给看不见图的人听，比如：图里有一团揉好的面，表面光滑。', 'label': '图里有什么', 'max_length': 120, 'required': False}), 3: ('wagtail.blocks.BooleanBlock', (), {'help_text': '图里没有要学的内容时才打勾。', 'label': '只是装饰', 'required': False}), 4: ('wagtail.blocks.CharBlock', (), {'label': '图下面的一句话', 'max_length': 80, 'required': False}), 5: ('wagtail.blocks.StructBlock', [[('image', 1), ('alt', 2), ('is_decoration', 3), ('caption', 4)]], {}), 6: ('wagtail.blocks.CharBlock', (), {'label': '叫什么', 'max_length': 40}), 7: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': '文件'}), 8: ('wagtail.blocks.StructBlock', [[('title', 6), ('document', 7)]], {}), 9: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': '照片'}), 10: ('wagtail.blocks.CharBlock', (), {'help_text': '说给看不见图的人听，比如：学员把一只柳篮递给巡河的人。', 'label': '图里有什么', 'max_length': 120}), 11: ('wagtail.blocks.DateBlock', (), {'label': '哪天拍的', 'required': False}), 12: ('wagtail.blocks.CharBlock', (), {'help_text': '比如：把柳篮送到护河一线。', 'label': '在做什么', 'max_length': 80, 'required': False}), 13: ('wagtail.blocks.CharBlock', (), {'label': '在哪儿', 'max_length': 40, 'required': False}), 14: ('wagtail.blocks.CharBlock', (), {'help_text': '从左到右写；人多就写「群众」「学员」。', 'label': '是谁', 'max_length': 60, 'required': False}), 15: ('wagtail.blocks.CharBlock', (), {'label': '谁拍的', 'max_length': 30, 'required': False}), 16: ('wagtail.blocks.CharBlock', (), {'help_text': '比如：柳编班结业，学员要先当一天护河人。', 'label': '为什么有这件事', 'max_length': 120, 'required': False}), 17: ('wagtail.blocks.BooleanBlock', (), {'label': '照片里有孩子', 'required': False}), 18: ('wagtail.blocks.BooleanBlock', (), {'label': '看得清是谁的近照', 'required': False}), 19: ('wagtail.blocks.BooleanBlock', (), {'help_text': '有孩子、有近照时要问过才能勾；没勾就不能送媒体。', 'label': '本人（孩子的监护人）同意登出来', 'required': False}), 20: ('wagtail.blocks.StructBlock', [[('image', 9), ('alt', 10), ('day', 11), ('content', 12), ('place', 13), ('people', 14), ('photographer', 15), ('background', 16), ('shows_minors', 17), ('is_close', 18), ('has_consent', 19)]], {})}, verbose_name='正文')),
                ('live_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('brand', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='news', to='activities.brandpage', verbose_name='属于哪个品牌')),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='courses.category', verbose_name='分类')),
                ('course', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='news', to='courses.coursepage', verbose_name='说的是哪门课')),
                ('lead_image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.siteimage', verbose_name='题图')),
            ],
            options={
                'verbose_name': '新闻',
                'verbose_name_plural': '新闻',
                'indexes': [models.Index(fields=['-event_date'], name='news_by_event_date')],
            },
            bases=(core.previews.LearnerPreviewMixin, schools.placed.InSchoolMixin, core.slugs.SpareSlugMixin, core.deletion.HeldPageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='Outlet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='叫什么')),
                ('level', models.CharField(choices=[('national', '国家级'), ('province', '省级'), ('city', '市级'), ('district', '区级'), ('street', '街道')], max_length=10, verbose_name='级别')),
                ('kind', models.CharField(choices=[('tv', '电视台'), ('party_paper', '党报'), ('paper', '报纸'), ('site', '网站'), ('new_media', '公众号等新媒体')], max_length=12, verbose_name='哪一类')),
                ('contact', models.CharField(blank=True, help_text='投稿的邮箱或值班电话。别写个人的手机号。', max_length=120, verbose_name='怎么联系')),
                ('is_active', models.BooleanField(default=True, verbose_name='还在用')),
            ],
            options={
                'verbose_name': '媒体',
                'verbose_name_plural': '媒体',
                'constraints': [models.CheckConstraint(condition=models.Q(('level__in', ['national', 'province', 'city', 'district', 'street'])), name='news_outlet_level_is_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['tv', 'party_paper', 'paper', 'site', 'new_media'])), name='news_outlet_kind_is_known')],
            },
        ),
        migrations.CreateModel(
            name='PointBonus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('author', models.CharField(blank=True, max_length=60, verbose_name='记给谁')),
                ('points', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='加几分')),
                ('reason', models.CharField(max_length=200, verbose_name='为什么加')),
                ('day', models.DateField(verbose_name='算在哪天')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('key', models.CharField(max_length=36, unique=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.schoolpage')),
            ],
            options={
                'verbose_name': '加分',
                'verbose_name_plural': '加分',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('points', 0), _negated=True), ('reason__gt', '')), name='news_bonus_has_points_and_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='PointRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('national', '国家级'), ('province', '省级'), ('city', '市级'), ('district', '区级'), ('street', '街道')], max_length=10, unique=True, verbose_name='级别')),
                ('points', models.DecimalField(decimal_places=1, default=Decimal('1'), max_digits=3, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(Decimal('99.9'))], verbose_name='全文')),
                ('brief_points', models.DecimalField(decimal_places=1, default=Decimal('0.5'), max_digits=3, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(Decimal('99.9'))], verbose_name='简讯')),
            ],
            options={
                'verbose_name': '采用计分',
                'verbose_name_plural': '采用计分',
                'constraints': [models.CheckConstraint(condition=models.Q(('brief_points__gte', 0), ('points__gte', 0)), name='news_points_are_not_negative'), models.CheckConstraint(condition=models.Q(('level__in', ['national', 'province', 'city', 'district', 'street'])), name='news_rule_level_is_known')],
            },
        ),
        migrations.CreateModel(
            name='PointSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('count_same_class_once', models.BooleanField(default=True, help_text='算分最高的那一次。', verbose_name='同一篇稿子在同一类媒体只算一次')),
                ('count_reposts', models.BooleanField(default=False, verbose_name='转载也算分')),
                ('yearly_quota', models.PositiveSmallIntegerField(default=20, help_text='填 0 就不定数。', verbose_name='每所学校一年要报几篇')),
            ],
            options={
                'verbose_name': '计分开关',
                'verbose_name_plural': '计分开关',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='news_one_row_of_point_settings')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision_number', models.PositiveBigIntegerField(null=True)),
                ('content_digest', models.CharField(max_length=64)),
                ('round', models.PositiveSmallIntegerField(default=0)),
                ('stage', models.PositiveSmallIntegerField(choices=[(0, '学校初核'), (1, '一审一校'), (2, '二审二校'), (3, '三审三校'), (4, '上级办公室')], verbose_name='第几审')),
                ('kind', models.CharField(choices=[('online', '在网站上'), ('paper', '在纸上'), ('imported', '以前发布的')], default='online', max_length=10, verbose_name='怎么审的')),
                ('result', models.CharField(choices=[('approved', '通过'), ('returned', '退修'), ('imported', '审核制度以前已经发布')], max_length=10, verbose_name='结果')),
                ('reviewer_name', models.CharField(max_length=60, verbose_name='姓名')),
                ('reviewer_post', models.CharField(blank=True, max_length=60, verbose_name='职务')),
                ('opinion', models.TextField(blank=True, max_length=500, verbose_name='意见')),
                ('checks', models.JSONField(default=list, verbose_name='打勾的')),
                ('remarks', models.PositiveSmallIntegerField(default=0, verbose_name='提了几处')),
                ('scan', models.FileField(blank=True, storage=core.storage.originals, upload_to='reviews/', verbose_name='签字的纸')),
                ('at', models.DateTimeField(verbose_name='什么时候')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='news.newspage', verbose_name='稿子')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁登记的')),
                ('reviewer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁审的')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.schoolpage')),
            ],
            options={
                'verbose_name': '新闻审核',
                'verbose_name_plural': '新闻审核',
                'ordering': ['at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('stage__in', [0, 1, 2, 3, 4]), ('kind__in', ['online', 'paper', 'imported']), ('result__in', ['approved', 'returned', 'imported'])), name='news_review_is_of_a_known_kind'), models.CheckConstraint(condition=models.Q(models.Q(('result', 'returned'), _negated=True), models.Q(('opinion', ''), _negated=True), _connector='OR'), name='news_return_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'paper'), _negated=True), models.Q(('recorded_by__isnull', False), models.Q(('scan', ''), _negated=True)), _connector='OR'), name='news_paper_has_its_scan'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'online'), _negated=True), ('reviewer__isnull', False), _connector='OR'), name='news_review_has_its_reviewer'), models.UniqueConstraint(condition=models.Q(('result', 'approved')), fields=('page', 'content_digest', 'round', 'stage'), name='news_one_approval_of_a_stage'), models.UniqueConstraint(condition=models.Q(('result', 'approved')), fields=('page', 'content_digest', 'round', 'reviewer'), name='news_nobody_approves_twice'), models.UniqueConstraint(condition=models.Q(('kind', 'paper'), ('result', 'approved')), fields=('page', 'content_digest', 'round', 'reviewer_name'), name='news_no_name_signs_twice')],
            },
            bases=(core.models.append_only.AppendOnlyMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ended_at', models.DateTimeField(verbose_name='事情什么时候结束的')),
                ('due_at', models.DateTimeField()),
                ('submitted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('author', models.CharField(max_length=60, verbose_name='作者')),
                ('photographer', models.CharField(blank=True, max_length=60, verbose_name='摄影')),
                ('proofreader', models.CharField(max_length=60, verbose_name='校对')),
                ('state', models.CharField(choices=[('waiting', '等中心看'), ('accepted', '中心采纳'), ('returned', '退回来了')], default='waiting', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='为什么退回')),
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='submission', to='news.newspage')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='schools.schoolpage')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '报送',
                'verbose_name_plural': '报送',
                'indexes': [models.Index(fields=['school', '-submitted_at'], name='news_sent_by_school')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'accepted', 'returned'])), name='news_submission_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), ('reason__gt', ''), _connector='OR'), name='news_returned_with_a_reason'), models.CheckConstraint(condition=models.Q(('author', models.F('proofreader')), _negated=True), name='news_proofreader_is_not_the_author')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(choices=[('mail', '发邮件'), ('wechat', '发微信'), ('platform', '传到对方平台'), ('hand', '送过去')], max_length=10, verbose_name='怎么送的')),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('sent', '报送了，还没消息'), ('adopted', '采用了'), ('not_adopted', '没有采用')], default='sent', max_length=12)),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('outlet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='news.outlet')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='news.submission')),
            ],
            options={
                'verbose_name': '送媒体',
                'verbose_name_plural': '送媒体',
                'ordering': ['sent_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('submission', 'outlet'), name='news_delivered_once_to_an_outlet'), models.CheckConstraint(condition=models.Q(('state__in', ['sent', 'adopted', 'not_adopted'])), name='news_delivery_state_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content_digest', models.CharField(max_length=64)),
                ('reason', models.CharField(max_length=300, verbose_name='为什么')),
                ('at', models.DateTimeField(verbose_name='什么时候')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁撤的')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawals', to='news.newspage', verbose_name='稿子')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.schoolpage')),
            ],
            options={
                'verbose_name': '撤稿',
                'verbose_name_plural': '撤稿',
                'ordering': ['-at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('page', 'content_digest'), name='news_withdrawn_once')],
            },
            bases=(core.models.append_only.AppendOnlyMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Adoption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('published_on', models.DateField(verbose_name='哪天登的')),
                ('title', models.CharField(max_length=120, verbose_name='登出来的题目')),
                ('slot', models.CharField(blank=True, help_text='比如：第 3 版。', max_length=60, verbose_name='第几版、第几条')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='网址')),
                ('is_brief', models.BooleanField(default=False, verbose_name='只是简讯')),
                ('is_repost', models.BooleanField(default=False, verbose_name='是转载')),
                ('clipping', models.FileField(blank=True, storage=core.storage.originals, upload_to=news.models.submission._clipping_name, verbose_name='剪报、截图')),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('noted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('noted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('delivery', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='adoption', to='news.delivery')),
            ],
            options={
                'verbose_name': '采用',
                'verbose_name_plural': '采用',
                'indexes': [models.Index(fields=['published_on'], name='news_adopted_on')],
            },
        ),
        migrations.RunPython(add_defaults, migrations.RunPython.noop),
    ]
