"""All of 0001 to 0014 in one: a new site makes each table once, as it is by now."""

import core.deletion
import core.slugs
import django.core.validators
import django.db.models.deletion
import modelcluster.fields
import modelsearch.index
import wagtail.fields
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('courses', '0001_initial'),
        ('courses', '0002_course_relations'),
        ('courses', '0003_run_plan'),
        ('courses', '0004_run_sessions'),
        ('courses', '0005_completion_rule'),
        ('courses', '0006_question_types'),
        ('courses', '0007_quiz_settings'),
        ('courses', '0008_draw_block'),
        ('courses', '0009_marked_questions'),
        ('courses', '0010_import_drafts'),
        ('courses', '0011_preview_link'),
        ('courses', '0012_cover_pattern'),
        ('courses', '0013_category_health'),
        ('courses', '0014_course_sharing'),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('attendance', '0001_initial'),
        ('core', '0001_initial'),
        ('core', '0002_certificate_prefix'),
        ('schools', '0001_initial'),
        ('schools', '0002_review'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Audience',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True, verbose_name='代号')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='英文名称')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
            ],
            options={
                'verbose_name': '适合的人',
                'verbose_name_plural': '适合的人',
                'ordering': ['order', 'pk'],
                'abstract': False,
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True, verbose_name='代号')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='英文名称')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
                ('description', models.CharField(blank=True, max_length=80, verbose_name='一句话')),
                ('icon', models.CharField(default='book-open', max_length=40, verbose_name='图标')),
                ('colour', models.CharField(default='pine', max_length=20, verbose_name='颜色')),
                ('needs_health_check', models.BooleanField(default=False, help_text='勾上以后，编辑看课时多一条：不卖东西。', verbose_name='健康类（编辑要查有没有卖东西）')),
            ],
            options={
                'verbose_name': '课程分类',
                'verbose_name_plural': '课程分类',
                'ordering': ['order', 'pk'],
                'abstract': False,
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='CourseIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('intro', models.CharField(blank=True, max_length=120, verbose_name='一句话')),
            ],
            options={
                'verbose_name': '课程列表',
            },
            bases=(core.deletion.HeldPageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='CoursePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('mode', models.CharField(choices=[('online', '在家看'), ('offline', '到校学'), ('blended', '在家看 + 到校学')], default='online', max_length=10, verbose_name='怎么学')),
                ('summary', models.CharField(help_text='像跟邻居说话，说清学了有什么用。', max_length=120, verbose_name='一句话介绍')),
                ('outcomes', models.TextField(blank=True, help_text='一行一条，用动词开头，比如：能自己发一条语音。', max_length=400, verbose_name='学完您能做到')),
                ('needs', models.TextField(blank=True, max_length=200, verbose_name='要准备什么')),
                ('questions_asked', models.TextField(blank=True, help_text='一问一答各占一行，两组之间空一行。', max_length=1200, verbose_name='常有人问')),
                ('hours', models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True, verbose_name='学时')),
                ('rule_version', models.PositiveSmallIntegerField(default=1, editable=False)),
                ('audiences', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='courses', to='courses.audience', verbose_name='适合谁')),
                ('category', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='courses.category', verbose_name='分类')),
                ('cover', models.ForeignKey(blank=True, help_text='没有也可以，会自动画一张。', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.siteimage', verbose_name='封面')),
                ('teachers', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='courses', to='schools.staffprofile', verbose_name='老师')),
                ('gives_certificate', models.BooleanField(default=True, verbose_name='结业发证书')),
                ('reviews_certificate', models.BooleanField(default=False, help_text='勾上以后，社教专干或校长在工作台上看过，才发给学员。', verbose_name='证书先看过再发')),
                ('rule_lessons', models.PositiveSmallIntegerField(default=100, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='在家学要学完百分之几的必学课')),
                ('rule_marks', models.PositiveSmallIntegerField(default=0, help_text='填 0 就不看分数。', validators=[django.core.validators.MaxValueValidator(100)], verbose_name='小测平均要到百分之几')),
                ('rule_sessions', models.PositiveSmallIntegerField(default=75, help_text='按上过的课次算，迟到也算来。填 0 就不看来没来。', validators=[django.core.validators.MaxValueValidator(100)], verbose_name='到校班要来百分之几的课')),
                ('cover_pattern', models.CharField(blank=True, choices=[('begonia', '海棠'), ('wave', '水波'), ('ice', '冰裂'), ('key', '回纹'), ('diamond', '方胜'), ('scroll', '卷云')], help_text='没放封面图的时候画这种花纹。不选就自动挑一种。', max_length=10, verbose_name='封面花纹')),
            ],
            options={
                'verbose_name': '课程',
                'verbose_name_plural': '课程',
                'constraints': [models.CheckConstraint(condition=models.Q(('rule_lessons__range', (1, 100)), ('rule_marks__lte', 100), ('rule_sessions__lte', 100)), name='courses_rule_is_in_per_cent')],
            },
            bases=(core.slugs.SpareSlugMixin, core.deletion.HeldPageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='LessonPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('part_heading', models.CharField(blank=True, help_text='只在新部分的第一课填，比如：第二部分：动手做。', max_length=40, verbose_name='从这一课起是新的一部分')),
                ('body', wagtail.fields.StreamField([('step', 6), ('video', 12), ('audio', 16), ('picture', 21), ('text', 22), ('tip', 24), ('file', 27), ('single_choice', 34), ('multiple_choice', 34), ('true_false', 39), ('fill_in', 44), ('numeric', 48), ('ordering', 53), ('matching', 60), ('short_answer', 63), ('work', 70), ('draw', 73)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'help_text': '十二个字以内，像「揉成光面团」。', 'label': '这一步做什么', 'max_length': 16}), 1: ('wagtail.blocks.CharBlock', (), {'label': '一句话', 'max_length': 60}), 2: ('wagtail.blocks.ListBlock', (1,), {'help_text': '一到三句，每句只说一件事。', 'label': '怎么做', 'max_num': 3, 'min_num': 1}), 3: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': '图片', 'required': False}), 4: ('wagtail.blocks.CharBlock', (), {'label': '图里有什么', 'max_length': 120, 'required': False}), 5: ('wagtail.blocks.BooleanBlock', (), {'label': '只是装饰', 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('title', 0), ('sentences', 2), ('image', 3), ('alt', 4), ('is_decoration', 5)]], {'group': '讲一讲'}), 7: ('wagtail.blocks.CharBlock', (), {'label': '视频讲什么', 'max_length': 40}), 8: ('wagtailmedia.blocks.VideoChooserBlock', (), {'label': '视频'}), 9: ('wagtail.blocks.BooleanBlock', (), {'default': True, 'label': '视频里有人说话', 'required': False}), 10: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': '.srt 或 .vtt 文件。', 'label': '字幕文件', 'required': False}), 11: ('wagtail.blocks.TextBlock', (), {'help_text': '把视频里说的话写下来。听不清、没流量的人靠它学。', 'label': '文字稿', 'required': False, 'rows': 6}), 12: ('wagtail.blocks.StructBlock', [[('title', 7), ('video', 8), ('is_spoken', 9), ('captions', 10), ('transcript', 11)]], {'group': '讲一讲'}), 13: ('wagtail.blocks.CharBlock', (), {'label': '录音讲什么', 'max_length': 40}), 14: ('wagtailmedia.blocks.AudioChooserBlock', (), {'label': '录音'}), 15: ('wagtail.blocks.TextBlock', (), {'label': '文字稿', 'rows': 6}), 16: ('wagtail.blocks.StructBlock', [[('title', 13), ('audio', 14), ('transcript', 15)]], {'group': '讲一讲'}), 17: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': '图片'}), 18: ('wagtail.blocks.CharBlock', (), {'help_text': '说给看不见图的人听，比如：图里有一团揉好的面，表面光滑。', 'label': '图里有什么', 'max_length': 120, 'required': False}), 19: ('wagtail.blocks.BooleanBlock', (), {'help_text': '图里没有要学的内容时才打勾。', 'label': '只是装饰', 'required': False}), 20: ('wagtail.blocks.CharBlock', (), {'label': '图下面的一句话', 'max_length': 80, 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('image', 17), ('alt', 18), ('is_decoration', 19), ('caption', 20)]], {'group': '讲一讲'}), 22: ('courses.blocks.text.TextBlock', (), {'group': '讲一讲'}), 23: ('wagtail.blocks.TextBlock', (), {'label': '提示', 'max_length': 160, 'rows': 2}), 24: ('wagtail.blocks.StructBlock', [[('text', 23)]], {'group': '讲一讲'}), 25: ('wagtail.blocks.CharBlock', (), {'label': '叫什么', 'max_length': 40}), 26: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': '文件'}), 27: ('wagtail.blocks.StructBlock', [[('title', 25), ('document', 26)]], {'group': '讲一讲'}), 28: ('wagtail.blocks.CharBlock', (), {'label': '问题', 'max_length': 160}), 29: ('wagtail.blocks.CharBlock', (), {'label': '选项', 'max_length': 80}), 30: ('wagtail.blocks.BooleanBlock', (), {'label': '这是对的', 'required': False}), 31: ('wagtail.blocks.CharBlock', (), {'label': '选了它，老师说', 'max_length': 120, 'required': False}), 32: ('wagtail.blocks.StructBlock', [[('text', 29), ('is_right', 30), ('feedback', 31)]], {}), 33: ('wagtail.blocks.ListBlock', (32,), {'label': '选项', 'max_num': 8, 'min_num': 2}), 34: ('wagtail.blocks.StructBlock', [[('prompt', 28), ('options', 33)]], {'group': '问一问'}), 35: ('wagtail.blocks.CharBlock', (), {'label': '一句话', 'max_length': 160}), 36: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('true', '是对的'), ('false', '不对')], 'label': '这句话'}), 37: ('wagtail.blocks.CharBlock', (), {'label': '答对了，老师说', 'max_length': 120, 'required': False}), 38: ('wagtail.blocks.CharBlock', (), {'label': '答错了，老师说', 'max_length': 120, 'required': False}), 39: ('wagtail.blocks.StructBlock', [[('statement', 35), ('answer', 36), ('feedback_right', 37), ('feedback_wrong', 38)]], {'group': '问一问'}), 40: ('wagtail.blocks.CharBlock', (), {'help_text': '空的地方写成「____」，只留一个空，比如：和面要用____水。', 'label': '问题', 'max_length': 160}), 41: ('wagtail.blocks.CharBlock', (), {'label': '一个答案', 'max_length': 80}), 42: ('wagtail.blocks.ListBlock', (41,), {'help_text': '写上所有算对的写法，一个一行。全角半角、大小写、空格、繁体简体不用分开写；别的要一字不差才算对。', 'label': '算对的答案', 'max_num': 10, 'min_num': 1}), 43: ('wagtail.blocks.CharBlock', (), {'help_text': '答错了可以再答，请不要在这里写出答案。', 'label': '答错了，老师说', 'max_length': 120, 'required': False}), 44: ('wagtail.blocks.StructBlock', [[('prompt', 40), ('answers', 42), ('feedback_right', 37), ('feedback_wrong', 43)]], {'group': '问一问'}), 45: ('wagtail.blocks.DecimalBlock', (), {'decimal_places': 6, 'help_text': '只写数字，比如：37.5。学的人写 1,000 或者 1000 都算对。', 'label': '答案是多少', 'max_digits': 18}), 46: ('wagtail.blocks.DecimalBlock', (), {'decimal_places': 6, 'default': Decimal('0'), 'help_text': '写 0 就要一点不差。写 0.5，多 0.5 少 0.5 都算对。', 'label': '差多少也算对', 'max_digits': 18, 'min_value': 0, 'required': False}), 47: ('wagtail.blocks.CharBlock', (), {'help_text': '比如：克。写在空的后面；学的人写不写单位都行，写错了不算对。', 'label': '单位', 'max_length': 20, 'required': False}), 48: ('wagtail.blocks.StructBlock', [[('prompt', 28), ('answer', 45), ('tolerance', 46), ('unit', 47), ('feedback_right', 37), ('feedback_wrong', 43)]], {'group': '问一问'}), 49: ('wagtail.blocks.CharBlock', (), {'help_text': '比如：做馒头，先做什么，后做什么？', 'label': '问题', 'max_length': 160}), 50: ('wagtail.blocks.CharBlock', (), {'label': '一样', 'max_length': 60}), 51: ('wagtail.blocks.ListBlock', (50,), {'help_text': '从先到后写好；给人做的时候会打乱。', 'label': '按对的顺序写', 'max_num': 8, 'min_num': 2}), 52: ('wagtail.blocks.CharBlock', (), {'help_text': '只排对几样也算答错，得一部分分。请不要在这里写出答案。', 'label': '答错了，老师说', 'max_length': 120, 'required': False}), 53: ('wagtail.blocks.StructBlock', [[('prompt', 49), ('items', 51), ('feedback_right', 37), ('feedback_wrong', 52)]], {'group': '问一问'}), 54: ('wagtail.blocks.CharBlock', (), {'help_text': '比如：哪种面做哪样点心？', 'label': '问题', 'max_length': 160}), 55: ('wagtail.blocks.CharBlock', (), {'label': '左边', 'max_length': 40}), 56: ('wagtail.blocks.CharBlock', (), {'label': '右边，和左边是一对', 'max_length': 40}), 57: ('wagtail.blocks.StructBlock', [[('left', 55), ('right', 56)]], {}), 58: ('wagtail.blocks.ListBlock', (57,), {'help_text': '左右写成一对；给人做的时候，右边会打乱。', 'label': '一对一对写', 'max_num': 8, 'min_num': 2}), 59: ('wagtail.blocks.CharBlock', (), {'help_text': '只配对几样也算答错，得一部分分。请不要在这里写出答案。', 'label': '答错了，老师说', 'max_length': 120, 'required': False}), 60: ('wagtail.blocks.StructBlock', [[('prompt', 54), ('pairs', 58), ('feedback_right', 37), ('feedback_wrong', 59)]], {'group': '问一问'}), 61: ('wagtail.blocks.CharBlock', (), {'help_text': '写在空的上面，比如：三五句就行，说说您是怎么做的。', 'label': '写多少、写什么', 'max_length': 80, 'required': False}), 62: ('wagtail.blocks.TextBlock', (), {'help_text': '看答案的老师照着判；判过以后学员也能看到。', 'label': '好的回答是什么样', 'max_length': 600, 'required': False, 'rows': 4}), 63: ('wagtail.blocks.StructBlock', [[('prompt', 28), ('hint', 61), ('model_answer', 62)]], {'group': '问一问'}), 64: ('wagtail.blocks.CharBlock', (), {'help_text': '比如：把您蒸的馒头拍一张照片。', 'label': '要交什么', 'max_length': 160}), 65: ('wagtail.blocks.BooleanBlock', (), {'default': True, 'label': '可以交照片', 'required': False}), 66: ('wagtail.blocks.BooleanBlock', (), {'label': '可以交录音', 'required': False}), 67: ('wagtail.blocks.BooleanBlock', (), {'help_text': '可以是 PDF、Word、Excel、PPT。', 'label': '可以交文件', 'required': False}), 68: ('wagtail.blocks.IntegerBlock', (), {'default': 3, 'label': '最多几个', 'max_value': 5, 'min_value': 1}), 69: ('wagtail.blocks.TextBlock', (), {'help_text': '看作品的老师照着判；判过以后学员也能看到。', 'label': '好的作品是什么样', 'max_length': 600, 'required': False, 'rows': 4}), 70: ('wagtail.blocks.StructBlock', [[('prompt', 64), ('takes_photo', 65), ('takes_audio', 66), ('takes_file', 67), ('most_files', 68), ('model_answer', 69)]], {'group': '问一问'}), 71: ('wagtail.blocks.PageChooserBlock', (), {'label': '从哪个题库', 'page_type': ['courses.QuestionBankPage']}), 72: ('wagtail.blocks.IntegerBlock', (), {'default': 5, 'label': '抽几题', 'validators': [django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50)]}), 73: ('wagtail.blocks.StructBlock', [[('bank', 71), ('count', 72)]], {'group': '问一问'})}, verbose_name='内容')),
                ('minutes', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(240)], verbose_name='大约几分钟')),
                ('is_required', models.BooleanField(default=True, verbose_name='必学')),
                ('is_preview', models.BooleanField(default=False, help_text='给还没报名的人试看。', verbose_name='不报名也能看')),
                ('pass_percent', models.PositiveSmallIntegerField(blank=True, help_text='不填就只要求答完，不看对错。', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='小测要答对多少（百分数）')),
                ('answers_shown', models.CharField(choices=[('each', '答一题，看一题'), ('handed_in', '交了以后一起看'), ('never', '只说对几题，不给看答案')], default='each', max_length=10, verbose_name='什么时候看答案')),
                ('attempt_counts', models.CharField(choices=[('best', '最好的一次'), ('last', '最后一次'), ('first', '第一次')], default='best', max_length=10, verbose_name='算哪一次')),
                ('attempts_allowed', models.PositiveSmallIntegerField(blank=True, help_text='不填就不限。', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='最多答几次')),
                ('shuffles_questions', models.BooleanField(default=False, help_text='每个人的题目先后不一样。连在一起的题打乱，讲解的位置不动。', verbose_name='打乱题目的先后')),
                ('time_limit_minutes', models.PositiveSmallIntegerField(blank=True, help_text='不填就不限。用长辈版的人从来不限；个别人可以在名单里多给时间。', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(240)], verbose_name='限几分钟答完')),
            ],
            options={
                'verbose_name': '课',
                'verbose_name_plural': '课',
                'constraints': [models.CheckConstraint(condition=models.Q(('pass_percent__isnull', True), ('pass_percent__range', (1, 100)), _connector='OR'), name='courses_pass_percent_is_a_percentage'), models.CheckConstraint(condition=models.Q(('minutes__range', (1, 240))), name='courses_lesson_minutes_between_1_and_240'), models.CheckConstraint(condition=models.Q(('attempts_allowed__isnull', True), ('attempts_allowed__range', (1, 20)), _connector='OR'), name='courses_attempts_between_1_and_20'), models.CheckConstraint(condition=models.Q(('time_limit_minutes__isnull', True), ('time_limit_minutes__range', (1, 240)), _connector='OR'), name='courses_time_limit_between_1_and_240')],
            },
            bases=(core.slugs.SpareSlugMixin, core.deletion.HeldPageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='CourseRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_self_paced', models.BooleanField(default=False)),
                ('term', models.CharField(blank=True, max_length=40, verbose_name='学期')),
                ('enrol_from', models.DateTimeField(blank=True, null=True, verbose_name='报名开始')),
                ('enrol_until', models.DateTimeField(blank=True, null=True, verbose_name='报名截止')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='开课')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='结束')),
                ('capacity', models.PositiveIntegerField(blank=True, null=True, verbose_name='名额')),
                ('min_seats', models.PositiveIntegerField(default=0, verbose_name='最少开班人数')),
                ('seats_taken', models.PositiveIntegerField(default=0, editable=False)),
                ('allocation', models.CharField(choices=[('first_come', '先到先得'), ('draw', '抽签')], default='first_come', max_length=12)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='courses.coursepage')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='schools.schoolpage')),
                ('age_max', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='最大年龄')),
                ('age_min', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='最小年龄')),
                ('draw_list_hash', models.CharField(blank=True, editable=False, max_length=64)),
                ('draw_quotas', models.JSONField(blank=True, default=dict, verbose_name='各社区名额')),
                ('draw_seed', models.CharField(blank=True, editable=False, max_length=64)),
                ('drawn_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('end_time', models.TimeField(blank=True, null=True, verbose_name='下课时间')),
                ('first_time_first', models.BooleanField(default=False, verbose_name='没上过的先')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('offer_hours', models.PositiveSmallIntegerField(default=48, verbose_name='候补确认时限（小时）')),
                ('residents_from', models.DateTimeField(blank=True, null=True, verbose_name='本街道居民报名开始')),
                ('returning_from', models.DateTimeField(blank=True, null=True, verbose_name='老学员报名开始')),
                ('start_time', models.TimeField(blank=True, null=True, verbose_name='上课时间')),
                ('teacher', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='schools.staffprofile', verbose_name='老师')),
                ('venue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='schools.venue', verbose_name='场地')),
                ('weekday', models.PositiveSmallIntegerField(blank=True, choices=[(1, '周一'), (2, '周二'), (3, '周三'), (4, '周四'), (5, '周五'), (6, '周六'), (7, '周日')], null=True, verbose_name='星期')),
                ('settled_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'verbose_name': '班次',
                'verbose_name_plural': '班次',
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_self_paced', True)), fields=('course',), name='courses_one_self_paced_run_per_course'), models.CheckConstraint(condition=models.Q(('capacity__isnull', True), ('seats_taken__lte', models.F('capacity')), _connector='OR'), name='courses_seats_taken_within_capacity'), models.CheckConstraint(condition=models.Q(('is_self_paced', False), models.Q(('capacity__isnull', True), ('ends_on__isnull', True), ('starts_on__isnull', True)), _connector='OR'), name='courses_self_paced_has_no_dates_or_seats'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='courses_run_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('weekday__isnull', True), ('weekday__range', (1, 7)), _connector='OR'), name='courses_run_weekday_is_iso'), models.CheckConstraint(condition=models.Q(models.Q(('end_time__isnull', True), ('start_time__isnull', True)), models.Q(('end_time__gt', models.F('start_time')), ('end_time__isnull', False), ('start_time__isnull', False)), _connector='OR'), name='courses_run_lesson_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(models.Q(('enrol_from__isnull', True), ('enrol_until__isnull', True), ('enrol_from__lt', models.F('enrol_until')), _connector='OR'), models.Q(('returning_from__isnull', True), ('enrol_from__isnull', True), ('returning_from__lte', models.F('enrol_from')), _connector='OR'), models.Q(('residents_from__isnull', True), ('enrol_from__isnull', True), ('residents_from__lte', models.F('enrol_from')), _connector='OR'), models.Q(('returning_from__isnull', True), ('residents_from__isnull', True), ('returning_from__lte', models.F('residents_from')), _connector='OR')), name='courses_run_windows_in_order'), models.CheckConstraint(condition=models.Q(('age_min__isnull', True), ('age_max__isnull', True), ('age_min__lte', models.F('age_max')), _connector='OR'), name='courses_run_ages_in_order'), models.CheckConstraint(condition=models.Q(('offer_hours__range', (1, 720))), name='courses_run_offer_between_an_hour_and_a_month')],
            },
        ),
        migrations.CreateModel(
            name='RunSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='run_sessions', to='courses.courserun')),
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='run_session', to='attendance.session')),
            ],
            options={
                'verbose_name': '课次',
                'verbose_name_plural': '课次',
                'ordering': ['session__starts_at', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('number__isnull', False)), fields=('run', 'number'), name='courses_one_session_a_number')],
            },
        ),
        migrations.CreateModel(
            name='QuestionBankPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('body', wagtail.fields.StreamField([('single_choice', 6), ('multiple_choice', 6), ('true_false', 11), ('fill_in', 16), ('numeric', 20), ('ordering', 25), ('matching', 32)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': '问题', 'max_length': 160}), 1: ('wagtail.blocks.CharBlock', (), {'label': '选项', 'max_length': 80}), 2: ('wagtail.blocks.BooleanBlock', (), {'label': '这是对的', 'required': False}), 3: ('wagtail.blocks.CharBlock', (), {'label': '选了它，老师说', 'max_length': 120, 'required': False}), 4: ('wagtail.blocks.StructBlock', [[('text', 1), ('is_right', 2), ('feedback', 3)]], {}), 5: ('wagtail.blocks.ListBlock', (4,), {'label': '选项', 'max_num': 8, 'min_num': 2}), 6: ('wagtail.blocks.StructBlock', [[('prompt', 0), ('options', 5)]], {}), 7: ('wagtail.blocks.CharBlock', (), {'label': '一句话', 'max_length': 160}), 8: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('true', '是对的'), ('false', '不对')], 'label': '这句话'}), 9: ('wagtail.blocks.CharBlock', (), {'label': '答对了，老师说', 'max_length': 120, 'required': False}), 10: ('wagtail.blocks.CharBlock', (), {'label': '答错了，老师说', 'max_length': 120, 'required': False}), 11: ('wagtail.blocks.StructBlock', [[('statement', 7), ('answer', 8), ('feedback_right', 9), ('feedback_wrong', 10)]], {}), 12: ('wagtail.blocks.CharBlock', (), {'help_text': '空的地方写成「____」，只留一个空，比如：和面要用____水。', 'label': '问题', 'max_length': 160}), 13: ('wagtail.blocks.CharBlock', (), {'label': '一个答案', 'max_length': 80}), 14: ('wagtail.blocks.ListBlock', (13,), {'help_text': '写上所有算对的写法，一个一行。全角半角、大小写、空格、繁体简体不用分开写；别的要一字不差才算对。', 'label': '算对的答案', 'max_num': 10, 'min_num': 1}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': '答错了可以再答，请不要在这里写出答案。', 'label': '答错了，老师说', 'max_length': 120, 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('prompt', 12), ('answers', 14), ('feedback_right', 9), ('feedback_wrong', 15)]], {}), 17: ('wagtail.blocks.DecimalBlock', (), {'decimal_places': 6, 'help_text': '只写数字，比如：37.5。学的人写 1,000 或者 1000 都算对。', 'label': '答案是多少', 'max_digits': 18}), 18: ('wagtail.blocks.DecimalBlock', (), {'decimal_places': 6, 'default': Decimal('0'), 'help_text': '写 0 就要一点不差。写 0.5，多 0.5 少 0.5 都算对。', 'label': '差多少也算对', 'max_digits': 18, 'min_value': 0, 'required': False}), 19: ('wagtail.blocks.CharBlock', (), {'help_text': '比如：克。写在空的后面；学的人写不写单位都行，写错了不算对。', 'label': '单位', 'max_length': 20, 'required': False}), 20: ('wagtail.blocks.StructBlock', [[('prompt', 0), ('answer', 17), ('tolerance', 18), ('unit', 19), ('feedback_right', 9), ('feedback_wrong', 15)]], {}), 21: ('wagtail.blocks.CharBlock', (), {'help_text': '比如：做馒头，先做什么，后做什么？', 'label': '问题', 'max_length': 160}), 22: ('wagtail.blocks.CharBlock', (), {'label': '一样', 'max_length': 60}), 23: ('wagtail.blocks.ListBlock', (22,), {'help_text': '从先到后写好；给人做的时候会打乱。', 'label': '按对的顺序写', 'max_num': 8, 'min_num': 2}), 24: ('wagtail.blocks.CharBlock', (), {'help_text': '只排对几样也算答错，得一部分分。请不要在这里写出答案。', 'label': '答错了，老师说', 'max_length': 120, 'required': False}), 25: ('wagtail.blocks.StructBlock', [[('prompt', 21), ('items', 23), ('feedback_right', 9), ('feedback_wrong', 24)]], {}), 26: ('wagtail.blocks.CharBlock', (), {'help_text': '比如：哪种面做哪样点心？', 'label': '问题', 'max_length': 160}), 27: ('wagtail.blocks.CharBlock', (), {'label': '左边', 'max_length': 40}), 28: ('wagtail.blocks.CharBlock', (), {'label': '右边，和左边是一对', 'max_length': 40}), 29: ('wagtail.blocks.StructBlock', [[('left', 27), ('right', 28)]], {}), 30: ('wagtail.blocks.ListBlock', (29,), {'help_text': '左右写成一对；给人做的时候，右边会打乱。', 'label': '一对一对写', 'max_num': 8, 'min_num': 2}), 31: ('wagtail.blocks.CharBlock', (), {'help_text': '只配对几样也算答错，得一部分分。请不要在这里写出答案。', 'label': '答错了，老师说', 'max_length': 120, 'required': False}), 32: ('wagtail.blocks.StructBlock', [[('prompt', 26), ('pairs', 30), ('feedback_right', 9), ('feedback_wrong', 31)]], {})}, verbose_name='题目')),
            ],
            options={
                'verbose_name': '题库',
                'verbose_name_plural': '题库',
            },
            bases=(core.slugs.SpareSlugMixin, core.deletion.HeldPageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='ImportDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='读文件的时间')),
                ('file_sha256', models.CharField(max_length=64)),
                ('form', models.CharField(max_length=20)),
                ('entries', models.JSONField(default=list)),
                ('notes', models.JSONField(default=list)),
                ('dropped', models.JSONField(default=list)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('result', models.JSONField(blank=True, default=dict)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.page')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.schoolpage')),
            ],
            options={
                'verbose_name': '读进来的题',
                'verbose_name_plural': '读进来的题',
                'indexes': [models.Index(fields=['by', 'file_sha256'], name='courses_draft_by_file')],
            },
        ),
        migrations.CreateModel(
            name='PreviewLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('until', models.DateTimeField(verbose_name='到什么时候')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='什么时候收回')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁做的')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.page', verbose_name='哪一页')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.schoolpage')),
            ],
            options={
                'verbose_name': '看草稿的链接',
                'verbose_name_plural': '看草稿的链接',
                'ordering': ['-until', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CourseOrigin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('credits', models.JSONField(default=list)),
                ('source_saved_at', models.DateTimeField(null=True)),
                ('copied_at', models.DateTimeField(verbose_name='什么时候复制的')),
                ('copied_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁复制的')),
                ('course', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='origin', to='courses.coursepage', verbose_name='课程')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.schoolpage')),
                ('source', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='copies', to='courses.coursepage', verbose_name='从哪门课复制的')),
            ],
            options={
                'verbose_name': '课程从哪儿来',
                'verbose_name_plural': '课程从哪儿来',
                'ordering': ['-copied_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CourseOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offered_at', models.DateTimeField(verbose_name='什么时候给的')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='什么时候收回的')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='courses.coursepage', verbose_name='课程')),
                ('offered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁给的')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.schoolpage')),
            ],
            options={
                'verbose_name': '给别的学校用的课',
                'verbose_name_plural': '给别的学校用的课',
                'ordering': ['-offered_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('course',), name='courses_one_open_offer_of_a_course')],
            },
        ),
    ]
