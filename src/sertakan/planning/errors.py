"""Refusals about plans and targets."""

from __future__ import annotations

from sertakan.core.errors import DomainError, NotAllowed, NotFound


class PlanUnknown(NotFound):
    code = "plan_unknown"
    message = "Rencana nomor %(plan)s tidak ada."


class NotYourPlan(NotAllowed):
    code = "not_your_plan"
    message = (
        "Rencana dan target dibuat oleh koordinator provinsi atau operator; pimpinan dan auditor dapat melihatnya."
    )


class BudgetUnreadable(DomainError):
    code = "plan_budget_unreadable"
    message = (
        "Anggaran “%(text)s” tidak dapat dibaca sebagai rupiah bulat. Tulis misalnya Rp2.000.000.000 atau 2000000000. "
        "Belum ada yang dihitung."
    )


class BudgetNotPositive(DomainError):
    code = "plan_budget_not_positive"
    message = "Anggaran harus lebih dari nol rupiah. Belum ada yang dihitung."


class BudgetTooLarge(DomainError):
    code = "plan_budget_too_large"
    message = "Anggaran lebih dari %(most)s tidak masuk akal untuk iuran pekerja. Periksa jumlah nolnya. Belum ada yang dihitung."


class BudgetBuysNobody(DomainError):
    code = "plan_budget_buys_nobody"
    message = (
        "%(budget)s tidak cukup untuk melindungi seorang pun sampai %(last)s. Paling sedikit diperlukan %(least)s: "
        "iuran satu pekerja dari %(first)s sampai %(last)s."
    )


class LimitsLeaveNobody(DomainError):
    code = "plan_limits_leave_nobody"
    message = (
        "Dengan batas yang dipilih tidak seorang pun dapat dilindungi: %(why)s. Izinkan sumber dana lain atau naikkan batasnya. "
        "Belum ada yang dihitung."
    )


class NothingAsked(DomainError):
    code = "plan_nothing_asked"
    message = "Tulis anggaran, atau target, atau keduanya. Belum ada yang dihitung."


class ShareUnreadable(DomainError):
    code = "plan_share_unreadable"
    message = "“%(text)s” bukan bagian yang dapat dibaca. Tulis persen antara 0 dan 100, misalnya 48 atau 48,5. Belum ada yang dihitung."


class CountUnreadable(DomainError):
    code = "plan_count_unreadable"
    message = (
        "“%(text)s” bukan jumlah pekerja. Tulis bilangan bulat di atas nol, misalnya 500. Belum ada yang dihitung."
    )


class MonthOfPlanUnreadable(DomainError):
    code = "plan_month_unreadable"
    message = "Bulan “%(text)s” tidak dapat dibaca. Tulis tahun dan bulan, misalnya 2027-12. Belum ada yang dihitung."


class PlanEndsBeforeStart(DomainError):
    code = "plan_ends_before_start"
    message = "Rencana mulai %(first)s, maka tidak dapat berakhir pada %(last)s. Pilih bulan yang lebih kemudian."


class PlanInThePast(DomainError):
    code = "plan_in_the_past"
    message = "Rencana tidak dapat mulai pada %(first)s: bulan itu sudah lewat. Mulailah paling awal %(earliest)s. Belum ada yang dihitung."


class PlanTooFar(DomainError):
    code = "plan_too_far"
    message = (
        "Rencana paling jauh sampai %(last)s. Aturan iuran dipastikan sampai %(confirmed)s dan sesudahnya dihitung "
        "menurut yang diketahui pada %(as_of)s; bulan sesudah %(last)s tidak ditebak. Pilih bulan yang lebih awal."
    )


class WorkersUnknown(DomainError):
    code = "plan_workers_unknown"
    message = (
        "Jumlah pekerja menurut kabupaten dan sektor belum dimuat, maka tidak ada yang dapat direncanakan. "
        "Operator memuatnya dengan perintah “sertakan coverage”."
    )


class NoMoneyChosen(DomainError):
    code = "plan_no_money_chosen"
    message = "Pilih paling sedikit satu sumber dana yang boleh dipakai. Belum ada yang dihitung."


class TargetBaseUnknown(DomainError):
    code = "plan_target_base_unknown"
    message = "Target tidak dapat dihitung karena jumlah pekerja yang memenuhi syarat belum dimuat."


class TargetBeyondPeople(DomainError):
    code = "plan_target_beyond_people"
    message = (
        "Target %(target)s tidak dapat dicapai: diperlukan %(needed)s pekerja baru, sedangkan yang belum terlindungi "
        "%(room)s. Paling tinggi %(most)s."
    )


class TargetBeyondGrowth(DomainError):
    code = "plan_target_beyond_growth"
    message = (
        "Target dan batas bawah memerlukan %(needed)s pekerja terlindungi dari rencana ini pada %(last)s. Dengan paling banyak "
        "%(new)s pekerja baru sebulan hanya tercapai %(reached)s. Naikkan batas pekerja baru atau mundurkan bulan akhirnya."
    )


class FloorBeyondPeople(DomainError):
    code = "plan_floor_beyond_people"
    message = (
        "Batas bawah %(floor)s tidak dapat dicapai di %(area)s: pekerja yang belum terlindungi di sana tidak cukup. "
        "Paling tinggi %(most)s."
    )


class FloorLost(DomainError):
    code = "plan_floor_lost"
    message = (
        "Batas bawah %(floor)s di %(area)s tidak terjaga sampai bulan terakhir, karena yang gugur tidak diganti. Pilih agar yang gugur "
        "diganti, atau turunkan batas bawahnya. Belum ada yang disimpan."
    )


class MoneyCannotReach(DomainError):
    code = "plan_money_cannot_reach"
    message = (
        "Target dan batas bawah memerlukan %(needed)s pekerja dari rencana ini, sedangkan sumber dana yang dipilih hanya menjangkau "
        "%(reached)s: %(why)s. Izinkan sumber lain, naikkan batasnya, atau turunkan targetnya."
    )


class BudgetTooSmall(DomainError):
    code = "plan_budget_too_small"
    message = (
        "%(budget)s tidak cukup untuk %(demand)s sampai %(last)s. Paling sedikit diperlukan %(least)s, kurang %(short)s. "
        "Tambah anggaran, turunkan targetnya, atau mundurkan bulan akhirnya."
    )


class SolverFailed(DomainError):
    code = "plan_solver_failed"
    message = (
        "Rencana ini tidak selesai dihitung (%(status)s). Tidak ada yang disimpan; ubah satu isian, lalu hitung lagi."
    )
    status = 500


class TargetIncomplete(DomainError):
    code = "target_incomplete"
    message = "Target memerlukan tahun, bagian atau jumlah orang, dan sumbernya. Belum ada yang disimpan."


class TargetYearWrong(DomainError):
    code = "target_year_wrong"
    message = "Tahun target “%(text)s” tidak dapat dipakai. Tulis tahun antara 2014 dan 2045."


class TargetAreaUnknown(DomainError):
    code = "target_area_unknown"
    message = "Wilayah “%(text)s” tidak dikenal. Pilih dari daftar."


class TargetUnknown(NotFound):
    code = "target_unknown"
    message = "Target ini tidak ada. Muat ulang halaman, lalu pilih yang tampil."


class ForecastNotMade(NotFound):
    code = "forecast_not_made"
    message = "Perkiraan belum dihitung. Ia dihitung setiap malam sesudah keadaan bulan tersimpan."
