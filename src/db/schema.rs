//! The tables as diesel sees them; `migrations/` is what makes them.

diesel::table! {
    state (id) {
        id -> BigInt,
        generation -> BigInt,
        next_id -> BigInt,
        sort_keys -> Text,
    }
}

diesel::table! {
    workbooks (id) {
        id -> BigInt,
        name -> Text,
        content_hash -> Text,
        byte_count -> BigInt,
        format -> Text,
    }
}

diesel::table! {
    imports (id) {
        id -> BigInt,
        workbook_id -> BigInt,
        status -> Text,
        created_at -> Text,
        record_count -> BigInt,
        changes -> Text,
        signature -> Text,
        replaces_id -> Nullable<BigInt>,
        applied_order -> BigInt,
        plan -> Text,
        said -> Text,
        reading_hash -> Text,
    }
}

diesel::table! {
    import_sheets (id) {
        id -> BigInt,
        import_id -> BigInt,
        position -> Integer,
        name -> Text,
        hidden -> Bool,
        tables -> Text,
    }
}

diesel::table! {
    diagnostics (id) {
        id -> BigInt,
        import_id -> BigInt,
        severity -> Text,
        code -> Text,
        sheet -> Nullable<Text>,
        cell -> Nullable<Text>,
        found -> Nullable<Text>,
        expected -> Nullable<Text>,
        message -> Text,
        hint -> Nullable<Text>,
        question -> Nullable<Text>,
    }
}

diesel::table! {
    registered_branches (id) {
        id -> BigInt,
        name -> Text,
        code -> Nullable<Text>,
        kind -> Nullable<Text>,
        parent_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    answers (id) {
        id -> BigInt,
        layout -> Text,
        heading -> Text,
        field -> Text,
        author -> Nullable<Text>,
        note -> Nullable<Text>,
        created_at -> Text,
    }
}

diesel::table! {
    campaigns (id) {
        id -> BigInt,
        code -> Text,
        year -> Integer,
        quarter -> Nullable<Integer>,
    }
}

diesel::table! {
    rating_schemes (id) {
        id -> BigInt,
        code -> Text,
        subject -> Text,
        name -> Text,
        first_year -> Nullable<Integer>,
        last_year -> Nullable<Integer>,
    }
}

diesel::table! {
    scheme_documents (id) {
        id -> BigInt,
        scheme_id -> BigInt,
        name -> Text,
        first_year -> Integer,
        last_year -> Nullable<Integer>,
    }
}

diesel::table! {
    ratings (id) {
        id -> BigInt,
        scheme_id -> BigInt,
        rank -> Integer,
        code -> Text,
        label -> Text,
        label_en -> Text,
    }
}

diesel::table! {
    rating_aliases (id) {
        id -> BigInt,
        rating_id -> BigInt,
        alias -> Text,
    }
}

diesel::table! {
    branches (id) {
        id -> BigInt,
        name -> Text,
        kind -> Text,
        code -> Nullable<Text>,
        comparison_key -> Text,
        search_key -> Text,
        sort_key -> Binary,
        live -> Bool,
        merged_into -> Nullable<BigInt>,
        alias_key -> Nullable<Text>,
    }
}

diesel::table! {
    members (id) {
        id -> BigInt,
        name -> Text,
        comparison_key -> Text,
        search_key -> Text,
        sort_key -> Binary,
        birth_date -> Nullable<Text>,
        sex -> Nullable<Text>,
        admitted_on -> Nullable<Text>,
        official_on -> Nullable<Text>,
        live -> Bool,
        merged_into -> Nullable<BigInt>,
    }
}

diesel::table! {
    identifiers (id) {
        id -> BigInt,
        member_id -> BigInt,
        value -> Text,
    }
}

diesel::table! {
    records (id) {
        id -> BigInt,
        import_id -> BigInt,
        campaign_id -> BigInt,
        sheet -> Text,
        row_number -> BigInt,
        kind -> Text,
        live -> Bool,
        place -> Text,
        statement -> Text,
        fingerprint -> Text,
    }
}

diesel::table! {
    links (record_id) {
        record_id -> BigInt,
        member_id -> Nullable<BigInt>,
        branch_id -> BigInt,
        parent_id -> Nullable<BigInt>,
        rule -> Text,
        ruled_member_id -> Nullable<BigInt>,
        ruled_branch_id -> BigInt,
        ruled_parent_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    placements (id) {
        id -> BigInt,
        campaign_id -> BigInt,
        branch_id -> BigInt,
        parent_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    ancestries (campaign_id, ancestor_id, branch_id) {
        campaign_id -> BigInt,
        ancestor_id -> BigInt,
        branch_id -> BigInt,
        depth -> Integer,
    }
}

diesel::table! {
    enrolments (id) {
        id -> BigInt,
        campaign_id -> BigInt,
        member_id -> BigInt,
        branch_id -> BigInt,
        position -> Nullable<Text>,
        probationary -> Bool,
        reason -> Nullable<Text>,
        reason_text -> Nullable<Text>,
    }
}

diesel::table! {
    member_evaluations (id) {
        id -> BigInt,
        campaign_id -> BigInt,
        member_id -> BigInt,
        branch_id -> BigInt,
        stage -> Integer,
        rating_id -> Nullable<BigInt>,
        score -> Nullable<Double>,
        deciding -> Bool,
    }
}

diesel::table! {
    branch_evaluations (id) {
        id -> BigInt,
        campaign_id -> BigInt,
        branch_id -> BigInt,
        stage -> Integer,
        rating_id -> Nullable<BigInt>,
        score -> Nullable<Double>,
        exemplary -> Bool,
        deciding -> Bool,
    }
}

diesel::table! {
    reported_results (id) {
        id -> BigInt,
        record_id -> BigInt,
        campaign_id -> BigInt,
        branch_id -> BigInt,
        group_name -> Nullable<Text>,
        subject -> Text,
        measure -> Text,
        rating_id -> Nullable<BigInt>,
        stage -> Integer,
        relation -> Text,
        count -> Nullable<BigInt>,
        percent -> Nullable<Double>,
        cell -> Text,
        raw -> Nullable<Text>,
    }
}

diesel::table! {
    commendations (id) {
        id -> BigInt,
        campaign_id -> BigInt,
        member_id -> Nullable<BigInt>,
        branch_id -> BigInt,
        award -> Text,
    }
}

diesel::table! {
    indicators (id) {
        id -> BigInt,
        code -> Text,
    }
}

diesel::table! {
    indicator_results (id) {
        id -> BigInt,
        campaign_id -> BigInt,
        branch_id -> BigInt,
        indicator_id -> BigInt,
        target -> Nullable<Double>,
        actual -> Nullable<Double>,
        percent -> Nullable<Double>,
    }
}

diesel::table! {
    tallies (campaign_id, branch_id, subject, stage, measure, rating_id) {
        campaign_id -> BigInt,
        branch_id -> BigInt,
        subject -> Text,
        stage -> Integer,
        measure -> Text,
        rating_id -> BigInt,
        own -> BigInt,
        counted -> BigInt,
        reported -> Nullable<BigInt>,
        best -> Nullable<BigInt>,
        source -> Text,
        derived -> Bool,
        coverage -> Double,
    }
}

diesel::table! {
    score_tallies (campaign_id, branch_id, stage, rating_id) {
        campaign_id -> BigInt,
        branch_id -> BigInt,
        stage -> Integer,
        rating_id -> BigInt,
        scores -> BigInt,
        sum -> Double,
        minimum -> Double,
        maximum -> Double,
        stages -> Integer,
    }
}

diesel::table! {
    planned_readings (import_id) {
        import_id -> BigInt,
        reading -> Text,
    }
}

diesel::table! {
    workbook_contents (content_hash) {
        content_hash -> Text,
        content -> Binary,
    }
}

diesel::table! {
    corrections (id) {
        id -> BigInt,
        target -> Text,
        campaign_id -> BigInt,
        member_id -> BigInt,
        branch_id -> BigInt,
        stage -> Integer,
        figure -> Text,
        field -> Text,
        value -> Nullable<Text>,
        former -> Nullable<Text>,
        note -> Nullable<Text>,
        author -> Nullable<Text>,
        created_at -> Text,
        withdrawn_at -> Nullable<Text>,
    }
}

diesel::table! {
    decisions (id) {
        id -> BigInt,
        kind -> Text,
        subject -> Text,
        keep_id -> BigInt,
        other_id -> BigInt,
        note -> Nullable<Text>,
        author -> Nullable<Text>,
        created_at -> Text,
        withdrawn_at -> Nullable<Text>,
    }
}

diesel::table! {
    mended_rows (id) {
        id -> BigInt,
        import_id -> BigInt,
        content_hash -> Text,
        sheet -> Text,
        came -> BigInt,
    }
}

diesel::table! {
    acceptances (id) {
        id -> BigInt,
        discrepancy_id -> BigInt,
        kind -> Text,
        campaign_id -> BigInt,
        branch_id -> BigInt,
        member_id -> BigInt,
        found -> Text,
        expected -> Text,
        note -> Text,
        author -> Nullable<Text>,
        created_at -> Text,
        withdrawn_at -> Nullable<Text>,
    }
}

diesel::table! {
    merge_candidates (id) {
        id -> BigInt,
        member_id -> BigInt,
        other_id -> BigInt,
        rule -> Text,
        evidence -> Text,
        score -> Integer,
    }
}

diesel::table! {
    conflicts (id) {
        id -> BigInt,
        campaign_id -> BigInt,
        member_id -> BigInt,
        branch_id -> BigInt,
        stage -> Integer,
        field -> Text,
        record_id -> BigInt,
        other_record_id -> BigInt,
        value -> Text,
        other_value -> Text,
    }
}

diesel::table! {
    successions (id) {
        id -> BigInt,
        campaign_id -> BigInt,
        predecessor_id -> BigInt,
        successor_id -> BigInt,
        note -> Nullable<Text>,
        author -> Nullable<Text>,
        created_at -> Text,
    }
}

diesel::table! {
    import_progress (import_id) {
        import_id -> BigInt,
        phase -> Text,
        done -> Integer,
        total -> Integer,
    }
}

diesel::joinable!(imports -> workbooks (workbook_id));
diesel::joinable!(diagnostics -> imports (import_id));
diesel::joinable!(records -> imports (import_id));
diesel::joinable!(links -> records (record_id));
diesel::joinable!(ratings -> rating_schemes (scheme_id));
diesel::joinable!(member_evaluations -> members (member_id));
diesel::joinable!(member_evaluations -> campaigns (campaign_id));
diesel::joinable!(member_evaluations -> branches (branch_id));
diesel::joinable!(branch_evaluations -> branches (branch_id));
diesel::joinable!(branch_evaluations -> campaigns (campaign_id));
diesel::joinable!(enrolments -> members (member_id));
diesel::joinable!(enrolments -> campaigns (campaign_id));
diesel::joinable!(enrolments -> branches (branch_id));
diesel::joinable!(reported_results -> campaigns (campaign_id));
diesel::joinable!(reported_results -> branches (branch_id));
diesel::joinable!(reported_results -> records (record_id));
diesel::joinable!(records -> campaigns (campaign_id));
diesel::allow_tables_to_appear_in_same_query!(
    state,
    workbooks,
    imports,
    import_sheets,
    diagnostics,
    campaigns,
    rating_schemes,
    scheme_documents,
    ratings,
    rating_aliases,
    branches,
    members,
    identifiers,
    records,
    links,
    placements,
    ancestries,
    enrolments,
    member_evaluations,
    branch_evaluations,
    reported_results,
    commendations,
    indicators,
    indicator_results,
    score_tallies,
    tallies,
    planned_readings,
    workbook_contents,
    corrections,
    answers,
    registered_branches,
    decisions,
    acceptances,
    mended_rows,
    merge_candidates,
    conflicts,
    successions,
);
